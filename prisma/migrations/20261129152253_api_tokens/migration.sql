-- AlterTable
ALTER TABLE "action_configuration" ADD COLUMN     "key" TEXT;

-- AlterTable
ALTER TABLE "trigger_configuration" ADD COLUMN     "key" TEXT;

-- CreateTable
CREATE TABLE "api_token" (
    "id" TEXT NOT NULL,
    "project_id" TEXT,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_request" (
    "token_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" INTEGER,
    "ciphertext" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "api_request_pkey" PRIMARY KEY ("token_id","key")
);

-- CreateTable
CREATE TABLE "trigger_draft" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "trigger_id" TEXT,
    "version" INTEGER,
    "input" JSONB NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "preview" JSONB NOT NULL,
    "actor_id" TEXT,
    "actor_label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),
    "applied_to" TEXT,
    "discarded_at" TIMESTAMPTZ(3),

    CONSTRAINT "trigger_draft_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- CreateIndex
CREATE INDEX "api_token_project_id_created_at_id_idx" ON "api_token"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "api_token_user_id_created_at_id_idx" ON "api_token"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "api_request_created_at_idx" ON "api_request"("created_at");

-- CreateIndex
CREATE INDEX "trigger_draft_project_id_created_at_id_idx" ON "trigger_draft"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "trigger_draft_expires_at_idx" ON "trigger_draft"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "action_configuration_key_idx" ON "action_configuration"("project_id", "key") WHERE (key IS NOT NULL) AND (deleted_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "trigger_configuration_key_idx" ON "trigger_configuration"("project_id", "key") WHERE (key IS NOT NULL) AND (deleted_at IS NULL);

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_request" ADD CONSTRAINT "api_request_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "api_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger_draft" ADD CONSTRAINT "trigger_draft_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
