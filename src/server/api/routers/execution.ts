import { z } from "zod";
import { ExecutionStatus } from "@/domain/execution";
import { SEND_NOW_MAX, sendNow } from "@/server/services/actions/levers";
import { cancelExecution, resendExecution } from "@/server/services/executions/act";
import { getExecution } from "@/server/services/executions/get";
import { countExecutions, listExecutions } from "@/server/services/executions/list";
import { ListDate, PageInput } from "@/server/services/keyset";
import { limitPerson, projectProcedure, router } from "../init";

const ExecutionId = z.object({ executionId: z.string().min(1).max(100) });
const filters = {
  triggerId: z.string().max(100).optional(),
  actionId: z.string().max(100).optional(),
  sourceId: z.string().max(1_000).optional(),
  from: ListDate.optional(),
  to: ListDate.optional(),
};

export const executionRouter = router({
  list: projectProcedure("project:read")
    .input(
      PageInput.extend({ ...filters, status: z.array(ExecutionStatus).max(ExecutionStatus.options.length).optional() }),
    )
    .query(({ ctx, input }) => listExecutions(ctx.project, input)),
  counts: projectProcedure("project:read")
    .input(z.object(filters))
    .query(({ ctx, input }) => countExecutions(ctx.project, input)),
  get: projectProcedure("project:read")
    .input(ExecutionId)
    .query(({ ctx, input }) => getExecution(ctx.project, input)),
  cancel: projectProcedure("execution:act")
    .input(ExecutionId)
    .mutation(({ ctx, input }) => cancelExecution(ctx.project, input)),
  sendNow: projectProcedure("execution:act")
    .input(z.object({ executionIds: z.array(ExecutionId.shape.executionId).min(1).max(SEND_NOW_MAX) }))
    .mutation(({ ctx, input }) => sendNow(ctx.project, input)),
  resend: projectProcedure("execution:act")
    .use(limitPerson("resend"))
    .input(ExecutionId)
    .mutation(({ ctx, input }) => resendExecution(ctx.project, input)),
});
