-- The windows of these counters last minutes: they begin anew.
TRUNCATE "rate_limit";

-- DropIndex
DROP INDEX "rate_limit_key_key";

-- AlterTable
ALTER TABLE "rate_limit" DROP CONSTRAINT "rate_limit_pkey",
DROP COLUMN "id",
DROP COLUMN "last_request",
ADD COLUMN     "expires_at" TIMESTAMPTZ(3) NOT NULL,
ADD CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key");

-- CreateTable
CREATE TABLE "token_bucket" (
    "name" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "granted" DOUBLE PRECISION NOT NULL,
    "refilled_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "token_bucket_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "token_bucket_refilled_at_idx" ON "token_bucket"("refilled_at");

-- CreateIndex
CREATE INDEX "rate_limit_expires_at_idx" ON "rate_limit"("expires_at");
