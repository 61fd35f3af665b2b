import { listDecisions, ListDecisionsInput } from "@/server/services/explain/list-decisions";
import { projectProcedure, router } from "../init";

export const decisionRouter = router({
  list: projectProcedure.input(ListDecisionsInput).query(({ ctx, input }) => listDecisions(ctx.project, input)),
});
