import { z } from "zod";
import { getAttention } from "@/server/services/overview/get-attention";
import { FiguresInput, getFigures } from "@/server/services/overview/get-figures";
import { getOverview } from "@/server/services/overview/get-overview";
import { projectProcedure, router } from "../init";

export const overviewRouter = router({
  get: projectProcedure.query(({ ctx }) => getOverview(ctx.project)),
  attention: projectProcedure
    .input(z.object({ from: z.date().optional() }))
    .query(({ ctx, input }) => getAttention(ctx.project, input)),
  figures: projectProcedure.input(FiguresInput).query(({ ctx, input }) => getFigures(ctx.project, input)),
});
