-- CreateTable
CREATE TABLE "model_price" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "pattern" TEXT NOT NULL,
    "rates" JSONB NOT NULL,
    "valid_from" TIMESTAMPTZ(3),
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_price_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "model_price_project_id_idx" ON "model_price"("project_id");

-- AddForeignKey
ALTER TABLE "model_price" ADD CONSTRAINT "model_price_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A batch that holds this revision has the prices that count.
CREATE FUNCTION bump_config_revision_of_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project SET config_revision = config_revision + 1 WHERE id IN (SELECT project_id FROM changed_rows);
  RETURN NULL;
END $$;
CREATE TRIGGER model_price_inserted AFTER INSERT ON model_price REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_prices();
CREATE TRIGGER model_price_updated AFTER UPDATE ON model_price REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_prices();
CREATE TRIGGER model_price_deleted AFTER DELETE ON model_price REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_prices();
