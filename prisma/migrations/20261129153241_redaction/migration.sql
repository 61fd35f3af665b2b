-- CreateTable
CREATE TABLE "redaction" (
    "project_id" TEXT NOT NULL,
    "rules" JSONB NOT NULL,
    "salt_ciphertext" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "redaction_pkey" PRIMARY KEY ("project_id")
);

-- AddForeignKey
ALTER TABLE "redaction" ADD CONSTRAINT "redaction_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
