import { z } from "zod";
import { JOB_RATE_DEFAULT, JOB_RATE_MAX } from "@/server/services/jobs/change";
import { ResendFilter } from "@/server/services/resends/params";
import { changeResend, countResend, listResends, startResend } from "@/server/services/resends/resends";
import { limitPerson, projectProcedure, router } from "../init";

const ResendId = z.object({ resendId: z.string().min(1).max(100) });

export const resendRouter = router({
  count: projectProcedure("execution:act")
    .input(ResendFilter)
    .query(({ ctx, input }) => countResend(ctx.project, ResendFilter.parse(input))),
  start: projectProcedure("execution:act")
    .use(limitPerson("job"))
    .input(ResendFilter.extend({ ratePerMinute: z.number().int().min(1).max(JOB_RATE_MAX).default(JOB_RATE_DEFAULT) }))
    .mutation(({ ctx, input }) =>
      startResend(ctx.project, { ...ResendFilter.parse(input), ratePerMinute: input.ratePerMinute }),
    ),
  list: projectProcedure("project:read").query(({ ctx }) => listResends(ctx.project)),
  pause: projectProcedure("execution:act")
    .input(ResendId)
    .mutation(({ ctx, input }) => changeResend(ctx.project, "pause", input)),
  resume: projectProcedure("execution:act")
    .input(ResendId)
    .mutation(({ ctx, input }) => changeResend(ctx.project, "resume", input)),
  cancel: projectProcedure("execution:act")
    .input(ResendId)
    .mutation(({ ctx, input }) => changeResend(ctx.project, "cancel", input)),
});
