import { getOverview } from "@/server/services/overview";
import { projectProcedure, router } from "../init";

export const overviewRouter = router({
  get: projectProcedure("project:read").query(({ ctx }) => getOverview(ctx.project)),
});
