import { z } from "zod";
import {
  SEND_NOW_EXECUTIONS_MAX,
  sendWaitingExecutionsNow,
} from "@/server/services/actions/send-waiting-executions-now";
import { cancelExecution } from "@/server/services/executions/cancel-execution";
import { resendExecution } from "@/server/services/executions/resend-execution";
import { countExecutions } from "@/server/services/executions/count-executions";
import { ExecutionFilters, StatusFilters } from "@/server/services/executions/filter-executions";
import { getExecution } from "@/server/services/executions/get-execution";
import { listExecutions } from "@/server/services/executions/list-executions";
import { listTriggerAndActionNames } from "@/server/services/list-trigger-and-action-names";
import { SuggestedFilterField, suggestFilterValues } from "@/server/services/executions/suggest-filter-values";
import { PageInput } from "@/server/services/keyset";
import { limitCallsOfPerson, projectProcedure, router } from "../init";

const ExecutionId = z.object({ executionId: z.string().min(1).max(100) });
const Ids = z.array(z.string().min(1).max(100)).max(100).default([]);
const Filters = ExecutionFilters.extend({ status: StatusFilters.optional() });

export const executionRouter = router({
  list: projectProcedure
    .input(PageInput.extend(Filters.shape))
    .query(({ ctx, input }) => listExecutions(ctx.project, input)),
  counts: projectProcedure
    .input(ExecutionFilters)
    .query(({ ctx, input: { projectId: _projectId, ...filters } }) => countExecutions(ctx.project, filters)),
  suggest: projectProcedure
    .input(
      z.object({ field: SuggestedFilterField, text: z.string().max(200).default(""), filters: Filters.default({}) }),
    )
    .query(({ ctx, input }) => suggestFilterValues(ctx.project, input)),
  names: projectProcedure
    .input(z.object({ triggerIds: Ids, actionIds: Ids }))
    .query(({ ctx, input }) => listTriggerAndActionNames(ctx.project, input)),
  get: projectProcedure.input(ExecutionId).query(({ ctx, input }) => getExecution(ctx.project, input)),
  cancel: projectProcedure.input(ExecutionId).mutation(({ ctx, input }) => cancelExecution(ctx.project, input)),
  sendNow: projectProcedure
    .input(z.object({ executionIds: z.array(ExecutionId.shape.executionId).min(1).max(SEND_NOW_EXECUTIONS_MAX) }))
    .mutation(({ ctx, input }) => sendWaitingExecutionsNow(ctx.project, input)),
  resend: projectProcedure
    .use(limitCallsOfPerson("resend"))
    .input(ExecutionId)
    .mutation(({ ctx, input }) => resendExecution(ctx.project, input)),
});
