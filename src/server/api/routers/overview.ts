import { z } from "zod";
import { getAttention } from "@/server/services/overview/get-attention";
import { OverviewFiguresInput, getOverviewFigures } from "@/server/services/overview/get-overview-figures";
import { getOverview } from "@/server/services/overview/get-overview";
import { projectProcedure, router } from "../init";

export const overviewRouter = router({
  get: projectProcedure.query(({ ctx }) => getOverview(ctx.project)),
  attention: projectProcedure
    .input(z.object({ from: z.date().optional() }))
    .query(({ ctx, input }) => getAttention(ctx.project, input)),
  figures: projectProcedure
    .input(OverviewFiguresInput)
    .query(({ ctx, input }) => getOverviewFigures(ctx.project, input)),
});
