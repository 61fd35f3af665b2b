import { z } from "zod";
import { searchProject } from "@/server/services/search-project";
import { projectProcedure, router } from "../init";

export const searchRouter = router({
  find: projectProcedure
    .input(z.object({ text: z.string().max(1_000) }))
    .query(({ ctx, input }) => searchProject(ctx.project, input)),
});
