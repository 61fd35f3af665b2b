-- CreateEnum
CREATE TYPE "access_link_kind" AS ENUM ('INVITATION', 'PASSWORD_RESET');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'admin', 'member', 'viewer');

-- CreateEnum
CREATE TYPE "trigger_status" AS ENUM ('ACTIVE', 'DISABLED');

-- CreateEnum
CREATE TYPE "revision_outcome" AS ENUM ('APPLIED', 'UNCHANGED', 'OLDER');

-- CreateEnum
CREATE TYPE "execution_status" AS ENUM ('PENDING', 'RUNNING', 'COMPLETED', 'ERROR', 'CANCELLED', 'SKIPPED');

-- CreateEnum
CREATE TYPE "cancelled_by" AS ENUM ('SYSTEM', 'USER');

-- CreateEnum
CREATE TYPE "attempt_status" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED', 'UNKNOWN');

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_request" BIGINT NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_link" (
    "id" TEXT NOT NULL,
    "kind" "access_link_kind" NOT NULL,
    "token_hash" TEXT NOT NULL,
    "project_id" TEXT,
    "role" "role",
    "email" TEXT NOT NULL,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "access_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_demo" BOOLEAN NOT NULL DEFAULT false,
    "viewers_see_bodies" BOOLEAN NOT NULL DEFAULT false,
    "observation_retention_days" INTEGER NOT NULL DEFAULT 30,
    "revision_retention_days" INTEGER NOT NULL DEFAULT 7,
    "rejected_retention_days" INTEGER NOT NULL DEFAULT 14,
    "body_retention_days" INTEGER NOT NULL DEFAULT 30,
    "execution_retention_days" INTEGER NOT NULL DEFAULT 90,
    "config_revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "project_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("project_id","user_id")
);

-- CreateTable
CREATE TABLE "event_key" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "event_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_label" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target_id" TEXT,
    "summary" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "instance_secret" (
    "name" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_secret_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "trigger_configuration" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "event_source" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "sampling_rate" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "sampling_by" TEXT NOT NULL DEFAULT 'source',
    "delay_seconds" INTEGER NOT NULL DEFAULT 0,
    "status" "trigger_status" NOT NULL DEFAULT 'ACTIVE',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "trigger_configuration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger_action" (
    "trigger_id" TEXT NOT NULL,
    "action_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "trigger_action_pkey" PRIMARY KEY ("trigger_id","action_id")
);

-- CreateTable
CREATE TABLE "action_configuration" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "configuration" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "disabled_at" TIMESTAMPTZ(3),
    "disabled_reason" TEXT,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "action_configuration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "action_secret" (
    "id" TEXT NOT NULL,
    "action_id" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "action_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "observation" (
    "project_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "trace_id" TEXT,
    "parent_id" TEXT,
    "type" TEXT,
    "name" TEXT,
    "level" TEXT,
    "model" TEXT,
    "environment" TEXT,
    "user_id" TEXT,
    "session_id" TEXT,
    "start_time" TIMESTAMPTZ(3),
    "latency" DOUBLE PRECISION,
    "total_tokens" DOUBLE PRECISION,
    "total_cost" DOUBLE PRECISION,
    "state" TEXT,
    "order_at" TIMESTAMPTZ(3),
    "order_ts" TIMESTAMPTZ(3),
    "last_event_id" TEXT,
    "revision_count" INTEGER NOT NULL DEFAULT 0,
    "sanitized" BOOLEAN NOT NULL DEFAULT false,
    "first_received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "observation_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "observation_revision" (
    "project_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "observation_id" TEXT NOT NULL,
    "outcome" "revision_outcome" NOT NULL,
    "state" TEXT,
    "order_at" TIMESTAMPTZ(3) NOT NULL,
    "key_id" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "observation_revision_pkey" PRIMARY KEY ("project_id","event_id")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "event_source" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "trigger_id" TEXT,
    "trigger_version" INTEGER,
    "action_id" TEXT,
    "execution_id" TEXT,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rejected_event" (
    "id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "project_id" TEXT,
    "name" TEXT NOT NULL,
    "key_id" TEXT,
    "reason" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rejected_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger_counter" (
    "trigger_id" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "project_id" TEXT NOT NULL,
    "evaluated" INTEGER NOT NULL DEFAULT 0,
    "matched" INTEGER NOT NULL DEFAULT 0,
    "sampled_out" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "cancelled" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "trigger_counter_pkey" PRIMARY KEY ("trigger_id","hour")
);

-- CreateTable
CREATE TABLE "action_execution" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "trigger_id" TEXT NOT NULL,
    "action_id" TEXT NOT NULL,
    "event_source" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "status" "execution_status" NOT NULL DEFAULT 'PENDING',
    "status_reason" TEXT NOT NULL,
    "trigger_version" INTEGER NOT NULL,
    "event_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "dispatched_at" TIMESTAMPTZ(3),
    "input" TEXT,
    "input_frozen_at" TIMESTAMPTZ(3),
    "output" JSONB,
    "error" JSONB,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "schedule_start" INTEGER NOT NULL DEFAULT 0,
    "unknown_count" INTEGER NOT NULL DEFAULT 0,
    "depth" INTEGER NOT NULL DEFAULT 0,
    "lease_token" TEXT,
    "lease_expires_at" TIMESTAMPTZ(3),
    "cancelled_by" "cancelled_by",
    "cancel_requested_at" TIMESTAMPTZ(3),
    "is_resend" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "action_execution_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "action_attempt" (
    "id" TEXT NOT NULL,
    "execution_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "status" "attempt_status" NOT NULL DEFAULT 'RUNNING',
    "lease_token" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "response_status" INTEGER,
    "response_headers" JSONB,
    "response_body" TEXT,
    "response_truncated" BOOLEAN NOT NULL DEFAULT false,
    "error_code" TEXT,
    "message" TEXT,
    "duration_ms" INTEGER,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "action_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "rate_limit_key_key" ON "rate_limit"("key");

-- CreateIndex
CREATE UNIQUE INDEX "access_link_token_hash_key" ON "access_link"("token_hash");

-- CreateIndex
CREATE INDEX "access_link_project_id_created_at_idx" ON "access_link"("project_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "event_key_hash_key" ON "event_key"("hash");

-- CreateIndex
CREATE INDEX "event_key_project_id_created_at_idx" ON "event_key"("project_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "audit_log_project_id_created_at_id_idx" ON "audit_log"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "trigger_configuration_project_id_created_at_id_idx" ON "trigger_configuration"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "trigger_action_action_id_idx" ON "trigger_action"("action_id");

-- CreateIndex
CREATE INDEX "action_configuration_project_id_created_at_id_idx" ON "action_configuration"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "action_secret_action_id_idx" ON "action_secret"("action_id");

-- CreateIndex
CREATE INDEX "observation_project_id_received_at_id_idx" ON "observation"("project_id", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "observation_project_id_trace_id_idx" ON "observation"("project_id", "trace_id");

-- CreateIndex
CREATE INDEX "observation_revision_project_id_observation_id_order_at_idx" ON "observation_revision"("project_id", "observation_id", "order_at" DESC);

-- CreateIndex
CREATE INDEX "observation_revision_project_id_received_at_idx" ON "observation_revision"("project_id", "received_at");

-- CreateIndex
CREATE INDEX "decision_project_id_source_id_created_at_idx" ON "decision"("project_id", "source_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "decision_execution_id_idx" ON "decision"("execution_id");

-- CreateIndex
CREATE INDEX "decision_project_id_created_at_idx" ON "decision"("project_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "rejected_event_event_id_key" ON "rejected_event"("event_id");

-- CreateIndex
CREATE INDEX "rejected_event_project_id_received_at_id_idx" ON "rejected_event"("project_id", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "action_execution_project_id_created_at_id_idx" ON "action_execution"("project_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "action_execution_project_id_status_created_at_id_idx" ON "action_execution"("project_id", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "action_execution_trigger_id_created_at_id_idx" ON "action_execution"("trigger_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "action_execution_action_id_created_at_id_idx" ON "action_execution"("action_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "action_execution_project_id_source_id_idx" ON "action_execution"("project_id", "source_id");

-- CreateIndex
CREATE INDEX "action_execution_undispatched_idx" ON "action_execution"("updated_at") WHERE (status = 'PENDING' AND dispatched_at IS NULL);

-- CreateIndex
CREATE INDEX "action_execution_pending_idx" ON "action_execution"("due_at") WHERE (status = 'PENDING');

-- CreateIndex
CREATE INDEX "action_execution_running_idx" ON "action_execution"("lease_expires_at") WHERE (status = 'RUNNING');

-- CreateIndex
CREATE UNIQUE INDEX "action_execution_trigger_id_action_id_source_id_key" ON "action_execution"("trigger_id", "action_id", "source_id");

-- CreateIndex
CREATE INDEX "action_attempt_project_id_started_at_idx" ON "action_attempt"("project_id", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "action_attempt_execution_id_number_key" ON "action_attempt"("execution_id", "number");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_link" ADD CONSTRAINT "access_link_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_key" ADD CONSTRAINT "event_key_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger_configuration" ADD CONSTRAINT "trigger_configuration_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger_action" ADD CONSTRAINT "trigger_action_trigger_id_fkey" FOREIGN KEY ("trigger_id") REFERENCES "trigger_configuration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger_action" ADD CONSTRAINT "trigger_action_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action_configuration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action_configuration" ADD CONSTRAINT "action_configuration_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action_secret" ADD CONSTRAINT "action_secret_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action_configuration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action_attempt" ADD CONSTRAINT "action_attempt_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "action_execution"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One number for each project that every change of its triggers and actions raises, so that a batch's
-- transaction can tell with one read whether the compiled triggers it holds are still the ones in force.
-- Triggers of the database and not of the services: no way of writing can forget it.
CREATE FUNCTION bump_config_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project SET config_revision = config_revision + 1
  WHERE id IN (SELECT DISTINCT project_id FROM changed_rows);
  RETURN NULL;
END $$;

CREATE FUNCTION bump_config_revision_of_join() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project SET config_revision = config_revision + 1
  WHERE id IN (SELECT DISTINCT t.project_id FROM changed_rows c JOIN trigger_configuration t ON t.id = c.trigger_id);
  RETURN NULL;
END $$;

CREATE TRIGGER trigger_configuration_inserted AFTER INSERT ON trigger_configuration REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision();
CREATE TRIGGER trigger_configuration_updated AFTER UPDATE ON trigger_configuration REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision();
CREATE TRIGGER trigger_configuration_deleted AFTER DELETE ON trigger_configuration REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision();
CREATE TRIGGER action_configuration_inserted AFTER INSERT ON action_configuration REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision();
CREATE TRIGGER action_configuration_updated AFTER UPDATE ON action_configuration REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision();
CREATE TRIGGER action_configuration_deleted AFTER DELETE ON action_configuration REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision();
CREATE TRIGGER trigger_action_inserted AFTER INSERT ON trigger_action REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_join();
CREATE TRIGGER trigger_action_updated AFTER UPDATE ON trigger_action REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_join();
CREATE TRIGGER trigger_action_deleted AFTER DELETE ON trigger_action REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION bump_config_revision_of_join();

-- Rows of these tables are rewritten a few times within seconds of their birth: room in the page keeps that cheap,
-- and vacuum comes early enough to give it back.
ALTER TABLE action_execution SET (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE action_attempt SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE observation SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE trigger_counter SET (fillfactor = 50);
