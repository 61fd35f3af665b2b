import { z } from "zod";
import { cancelRun, rerunRun } from "@/server/services/engine/act";
import { getEngine, getRun, listRuns } from "@/server/services/engine/read";
import { PageInput } from "@/server/services/keyset";
import { projectProcedure, router } from "../init";

export const RunId = z.object({ runId: z.string().min(1).max(100) });
const RunState = z.enum(["queued", "running", "sleeping", "completed", "failed", "cancelled"]);
export const RunFilter = { functionId: z.string().max(200).optional(), state: RunState.optional() };

export const engineRouter = router({
  get: projectProcedure.query(({ ctx }) => getEngine(ctx.project)),
  runs: projectProcedure.input(PageInput.extend(RunFilter)).query(({ ctx, input }) => listRuns(ctx.project, input)),
  run: projectProcedure.input(RunId).query(({ ctx, input }) => getRun(ctx.project, input)),
  rerun: projectProcedure.input(RunId).mutation(({ ctx, input }) => rerunRun(ctx.project, input)),
  cancel: projectProcedure.input(RunId).mutation(({ ctx, input }) => cancelRun(ctx.project, input)),
});
