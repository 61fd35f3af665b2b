-- CreateTable
CREATE TABLE "notice" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notice_reader" (
    "user_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notice_reader_pkey" PRIMARY KEY ("user_id","project_id")
);

-- CreateTable
CREATE TABLE "email_choice" (
    "user_id" TEXT NOT NULL,
    "off" TEXT[],
    "told_until" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3),

    CONSTRAINT "email_choice_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "email" (
    "id" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "email_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "notice_project_id_created_at_id_idx" ON "notice"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "notice_created_at_idx" ON "notice"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "notice_lasting_key" ON "notice"("kind", "subject_id") WHERE (ended_at IS NULL);

-- CreateIndex
CREATE INDEX "email_waiting_idx" ON "email"("due_at") WHERE (status = 'waiting');

-- CreateIndex
CREATE INDEX "email_created_at_idx" ON "email"("created_at");
