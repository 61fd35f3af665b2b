import { z } from "zod";
import { getProjectProblems } from "@/server/services/overview/get-project-problems";
import { OverviewFiguresInput, getOverviewFigures } from "@/server/services/overview/get-overview-figures";
import { getOverview } from "@/server/services/overview/get-overview";
import { projectProcedure, router } from "../init";

export const overviewRouter = router({
  get: projectProcedure.query(({ ctx }) => getOverview(ctx.project)),
  attention: projectProcedure
    .input(z.object({ from: z.date().optional() }))
    .query(({ ctx, input }) => getProjectProblems(ctx.project, input)),
  figures: projectProcedure
    .input(OverviewFiguresInput)
    .query(({ ctx, input }) => getOverviewFigures(ctx.project, input)),
});
