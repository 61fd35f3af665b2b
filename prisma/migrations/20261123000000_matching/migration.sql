-- Triggers: settling, a cap
ALTER TABLE "trigger_configuration" ADD COLUMN "delay_mode" TEXT NOT NULL DEFAULT 'fixed',
ADD COLUMN "cap_per_hour" INTEGER;

-- Versions of triggers and actions
CREATE TABLE "configuration_version" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "snapshot" JSONB NOT NULL,
    "summary" TEXT NOT NULL,
    "revision" BIGINT NOT NULL,
    "actor_id" TEXT,
    "actor_label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "configuration_version_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "configuration_version_target_id_version_key" ON "configuration_version"("target_id", "version");

-- What a person starts that takes a while: a backfill, sending many again
CREATE TYPE "job_status" AS ENUM ('RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED', 'FAILED');
CREATE TABLE "job" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" TEXT,
    "params" JSONB NOT NULL,
    "rate_per_minute" INTEGER NOT NULL,
    "status" "job_status" NOT NULL DEFAULT 'RUNNING',
    "status_reason" TEXT NOT NULL,
    "total" INTEGER NOT NULL,
    "processed" INTEGER NOT NULL DEFAULT 0,
    "matched" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "cursor_at" TIMESTAMPTZ(3),
    "cursor_id" TEXT,
    "wake_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" TEXT,
    "created_by_label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "job_project_id_kind_subject_id_created_at_idx" ON "job"("project_id", "kind", "subject_id", "created_at" DESC);
CREATE INDEX "job_running_idx" ON "job"("wake_at") WHERE (status = 'RUNNING');
ALTER TABLE "job" ADD CONSTRAINT "job_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "action_execution" ADD COLUMN "job_id" TEXT;

-- What events tell about is kept by event source
ALTER TABLE "observation" ADD COLUMN "event_source" TEXT NOT NULL DEFAULT 'observation.created',
DROP CONSTRAINT "observation_pkey",
ADD CONSTRAINT "observation_pkey" PRIMARY KEY ("project_id", "event_source", "id");
CREATE INDEX "observation_project_id_event_source_received_at_id_idx" ON "observation"("project_id", "event_source", "received_at" DESC, "id" DESC);
ALTER TABLE "observation_revision" ADD COLUMN "event_source" TEXT NOT NULL DEFAULT 'observation.created';

-- The funnel: events by the revision they were decided with, and its last steps
CREATE TABLE "evaluation_counter" (
    "project_id" TEXT NOT NULL,
    "event_source" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "revision" BIGINT NOT NULL,
    "events" INTEGER NOT NULL,

    CONSTRAINT "evaluation_counter_pkey" PRIMARY KEY ("project_id","event_source","hour","revision")
);
ALTER TABLE "trigger_counter" DROP COLUMN "evaluated",
ADD COLUMN "backfilled" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "sampled_in" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "delivered" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "failed" INTEGER NOT NULL DEFAULT 0;

-- What there is becomes the first version that is known
INSERT INTO "configuration_version" ("id", "project_id", "kind", "target_id", "version", "snapshot", "summary", "revision", "actor_label", "created_at")
SELECT 'ver_' || t.id, t.project_id, 'trigger', t.id, t.version,
  jsonb_build_object('name', t.name, 'description', t.description, 'eventSource', t.event_source, 'filter', t.filter, 'samplingRate', t.sampling_rate,
    'samplingBy', t.sampling_by, 'delaySeconds', t.delay_seconds, 'delayMode', t.delay_mode, 'capPerHour', t.cap_per_hour, 'status', t.status,
    'actionIds', coalesce((SELECT jsonb_agg(a.action_id ORDER BY a.position) FROM trigger_action a WHERE a.trigger_id = t.id), '[]')),
  'As it was when versions began.', p.config_revision, 'system', t.updated_at
FROM trigger_configuration t JOIN project p ON p.id = t.project_id WHERE t.deleted_at IS NULL;

-- Which triggers a revision of the configuration concerns: whoever holds compiled triggers reads those anew, and no others.
-- Written by the database with the revision, so that no way of writing can forget it.
CREATE TABLE "trigger_change" (
    "trigger_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "revision" BIGINT NOT NULL,

    CONSTRAINT "trigger_change_pkey" PRIMARY KEY ("trigger_id")
);
CREATE INDEX "trigger_change_project_id_revision_idx" ON "trigger_change"("project_id", "revision");
ALTER TABLE "trigger_change" ADD CONSTRAINT "trigger_change_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE FUNCTION note_trigger_changes(ids text[]) RETURNS void LANGUAGE sql AS $$
  UPDATE project SET config_revision = config_revision + 1
  WHERE id IN (SELECT project_id FROM trigger_configuration WHERE id = ANY(ids));
  INSERT INTO trigger_change AS c (trigger_id, project_id, revision)
  SELECT t.id, p.id, p.config_revision FROM trigger_configuration t JOIN project p ON p.id = t.project_id WHERE t.id = ANY(ids)
  ON CONFLICT (trigger_id) DO UPDATE SET revision = excluded.revision;
$$;

-- A trigger that is gone is noted by nobody else: its rows are no longer there to be joined.
CREATE FUNCTION note_trigger_removals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project SET config_revision = config_revision + 1 WHERE id IN (SELECT project_id FROM changed_rows);
  INSERT INTO trigger_change AS c (trigger_id, project_id, revision)
  SELECT r.id, p.id, p.config_revision FROM changed_rows r JOIN project p ON p.id = r.project_id
  ON CONFLICT (trigger_id) DO UPDATE SET revision = excluded.revision;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION bump_config_revision_of_join() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_trigger_changes(ARRAY(SELECT DISTINCT trigger_id FROM changed_rows));
  RETURN NULL;
END $$;

CREATE FUNCTION bump_config_revision_of_triggers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_trigger_changes(ARRAY(SELECT id FROM changed_rows));
  RETURN NULL;
END $$;

CREATE FUNCTION bump_config_revision_of_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_trigger_changes(ARRAY(SELECT DISTINCT j.trigger_id FROM changed_rows c JOIN trigger_action j ON j.action_id = c.id));
  RETURN NULL;
END $$;

DROP TRIGGER trigger_configuration_inserted ON trigger_configuration;
DROP TRIGGER trigger_configuration_updated ON trigger_configuration;
DROP TRIGGER trigger_configuration_deleted ON trigger_configuration;
DROP TRIGGER action_configuration_inserted ON action_configuration;
DROP TRIGGER action_configuration_updated ON action_configuration;
DROP TRIGGER action_configuration_deleted ON action_configuration;
DROP FUNCTION bump_config_revision();
CREATE TRIGGER trigger_configuration_inserted AFTER INSERT ON trigger_configuration REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_triggers();
CREATE TRIGGER trigger_configuration_updated AFTER UPDATE ON trigger_configuration REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_triggers();
CREATE TRIGGER trigger_configuration_deleted AFTER DELETE ON trigger_configuration REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION note_trigger_removals();
-- A new action has no triggers yet, and one that goes takes its rows of trigger_action along, which are noted.
CREATE TRIGGER action_configuration_updated AFTER UPDATE ON action_configuration REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_actions();
