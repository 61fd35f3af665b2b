-- The errors of a trigger's filter, shown at the trigger.
CREATE INDEX "decision_filter_error_idx" ON "decision"("trigger_id", "created_at" DESC) WHERE (kind = 'filter_error');
