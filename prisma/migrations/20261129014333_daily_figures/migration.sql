-- CreateIndex
CREATE INDEX "action_hour_hourly_idx" ON "action_hour"("hour") WHERE (((hour AT TIME ZONE 'UTC'::text))::time without time zone <> '00:00:00'::time without time zone);

-- CreateIndex
CREATE INDEX "evaluation_counter_hourly_idx" ON "evaluation_counter"("hour") WHERE (((hour AT TIME ZONE 'UTC'::text))::time without time zone <> '00:00:00'::time without time zone);

-- CreateIndex
CREATE INDEX "trigger_counter_hourly_idx" ON "trigger_counter"("hour") WHERE (((hour AT TIME ZONE 'UTC'::text))::time without time zone <> '00:00:00'::time without time zone);
