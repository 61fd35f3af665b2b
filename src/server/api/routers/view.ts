import { z } from "zod";
import { listViews, NewView, removeView, saveView } from "@/server/services/views/saved-views";
import { projectProcedure, router } from "../init";

export const viewRouter = router({
  list: projectProcedure.query(({ ctx }) => listViews(ctx.project)),
  save: projectProcedure.input(NewView).mutation(({ ctx, input }) => saveView(ctx.project, input)),
  remove: projectProcedure
    .input(z.object({ viewId: z.string().min(1).max(100) }))
    .mutation(({ ctx, input }) => removeView(ctx.project, input)),
});
