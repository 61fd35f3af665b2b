import { z } from "zod";
import { listViews } from "@/server/services/views/list-views";
import { NewSavedView, saveView } from "@/server/services/views/save-view";
import { removeView } from "@/server/services/views/remove-view";
import { projectProcedure, router } from "../init";

export const viewRouter = router({
  list: projectProcedure.query(({ ctx }) => listViews(ctx.project)),
  save: projectProcedure.input(NewSavedView).mutation(({ ctx, input }) => saveView(ctx.project, input)),
  remove: projectProcedure
    .input(z.object({ viewId: z.string().min(1).max(100) }))
    .mutation(({ ctx, input }) => removeView(ctx.project, input)),
});
