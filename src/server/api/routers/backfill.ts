import { z } from "zod";
import { changeBackfillStatus } from "@/server/services/backfills/change-backfill-status";
import { listBackfills } from "@/server/services/backfills/list-backfills";
import { startBackfill } from "@/server/services/backfills/start-backfill";
import { BackfillRange } from "@/server/services/backfills/backfill-range";
import { estimateBackfill } from "@/server/services/backfills/estimate-backfill";
import { JOB_RATE_PER_MINUTE_DEFAULT, JOB_RATE_PER_MINUTE_MAX } from "@/domain/job-rate";
import { limitCallsOfPerson, projectProcedure, router } from "../init";

const BackfillId = z.object({ backfillId: z.string().min(1).max(100) });

export const backfillRouter = router({
  count: projectProcedure
    .input(BackfillRange)
    .query(({ ctx, input, signal }) => estimateBackfill(ctx.project, input, signal)),
  start: projectProcedure
    .use(limitCallsOfPerson("job"))
    .input(
      BackfillRange.extend({
        ratePerMinute: z.number().int().min(1).max(JOB_RATE_PER_MINUTE_MAX).default(JOB_RATE_PER_MINUTE_DEFAULT),
      }),
    )
    .mutation(({ ctx, input }) => startBackfill(ctx.project, input)),
  list: projectProcedure
    .input(z.object({ triggerId: z.string().min(1).max(100).optional() }))
    .query(({ ctx, input }) => listBackfills(ctx.project, input)),
  pause: projectProcedure
    .input(BackfillId)
    .mutation(({ ctx, input }) => changeBackfillStatus(ctx.project, "pause", input)),
  resume: projectProcedure
    .input(BackfillId)
    .mutation(({ ctx, input }) => changeBackfillStatus(ctx.project, "resume", input)),
  cancel: projectProcedure
    .input(BackfillId)
    .mutation(({ ctx, input }) => changeBackfillStatus(ctx.project, "cancel", input)),
});
