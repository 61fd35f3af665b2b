-- Pruning bodies: an index of what still has one, so that what was emptied before is not read again and again
DROP INDEX "action_attempt_project_id_started_at_idx";
CREATE INDEX "action_attempt_body_idx" ON "action_attempt"("project_id", "started_at") WHERE (request <> '{"removed": true}'::jsonb);
CREATE INDEX "action_execution_body_idx" ON "action_execution"("project_id", "created_at") WHERE ((input IS NOT NULL) AND (status <> ALL (ARRAY['PENDING'::execution_status, 'RUNNING'::execution_status])));
