-- What is known of an action's endpoint: circuit breaker, slots, pace, and how long it has been failing
CREATE TABLE "action_health" (
    "action_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "failures_in_row" INTEGER NOT NULL DEFAULT 0,
    "recent" JSONB NOT NULL DEFAULT '[]',
    "opened_at" TIMESTAMPTZ(3),
    "open_until" TIMESTAMPTZ(3),
    "pause_ms" INTEGER NOT NULL DEFAULT 0,
    "probe_token" TEXT,
    "probe_until" TIMESTAMPTZ(3),
    "slots" JSONB NOT NULL DEFAULT '[]',
    "rate_at" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "turn_at" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "average_ms" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "last_success_at" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "warned_at" TIMESTAMPTZ(3),
    "warnings" INTEGER NOT NULL DEFAULT 0,
    "last_failure_execution_id" TEXT,
    "last_failure_message" TEXT,

    CONSTRAINT "action_health_pkey" PRIMARY KEY ("action_id")
);
CREATE INDEX "action_health_project_id_idx" ON "action_health"("project_id");

-- Small rows that are rewritten with every group of attempts: room for them on their pages, and early cleaning
ALTER TABLE "action_health" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Statistics for each action and hour, written with the attempts
CREATE TABLE "action_hour" (
    "action_id" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "project_id" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "dns" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "reset" INTEGER NOT NULL DEFAULT 0,
    "tls" INTEGER NOT NULL DEFAULT 0,
    "timeout" INTEGER NOT NULL DEFAULT 0,
    "status_4xx" INTEGER NOT NULL DEFAULT 0,
    "status_5xx" INTEGER NOT NULL DEFAULT 0,
    "blocked" INTEGER NOT NULL DEFAULT 0,
    "other" INTEGER NOT NULL DEFAULT 0,
    "latency" INTEGER[] NOT NULL,

    CONSTRAINT "action_hour_pkey" PRIMARY KEY ("action_id","hour")
);

-- The operational webhook of a project, and what it is to tell
CREATE TABLE "operational_webhook" (
    "project_id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "old_ciphertext" TEXT,
    "old_valid_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "operational_webhook_pkey" PRIMARY KEY ("project_id")
);
ALTER TABLE "operational_webhook" ADD CONSTRAINT "operational_webhook_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "operational_notice" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "action_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "operational_notice_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "operational_notice_project_id_created_at_idx" ON "operational_notice"("project_id", "created_at" DESC);
CREATE INDEX "operational_notice_waiting_idx" ON "operational_notice"("due_at") WHERE (status = 'waiting');

-- Executions that wait without a run of their own: for a pause to end, for their turn, for a replay
ALTER TABLE "action_execution" ADD COLUMN "parked" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "action_execution_parked_idx" ON "action_execution"("due_at") WHERE (status = 'PENDING' AND parked);
