import { z } from "zod";
import { cancelRun } from "@/server/services/engine/cancel-run";
import { rerunRun } from "@/server/services/engine/rerun-run";
import { getEngineForProject } from "@/server/services/engine/get-engine-for-project";
import { getRun } from "@/server/services/engine/get-run";
import { listProjectRuns } from "@/server/services/engine/list-project-runs";
import { PageInput } from "@/server/services/keyset";
import { projectProcedure, router } from "../init";

export const RunId = z.object({ runId: z.string().min(1).max(100) });
const RunState = z.enum(["queued", "running", "sleeping", "completed", "failed", "cancelled"]);
export const RunFilter = { functionId: z.string().max(200).optional(), state: RunState.optional() };

export const engineRouter = router({
  get: projectProcedure.query(({ ctx }) => getEngineForProject(ctx.project)),
  runs: projectProcedure
    .input(PageInput.extend(RunFilter))
    .query(({ ctx, input }) => listProjectRuns(ctx.project, input)),
  run: projectProcedure.input(RunId).query(({ ctx, input }) => getRun(ctx.project, input)),
  rerun: projectProcedure.input(RunId).mutation(({ ctx, input }) => rerunRun(ctx.project, input)),
  cancel: projectProcedure.input(RunId).mutation(({ ctx, input }) => cancelRun(ctx.project, input)),
});
