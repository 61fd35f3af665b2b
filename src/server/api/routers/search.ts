import { z } from "zod";
import { findAnything } from "@/server/services/find-anything";
import { projectProcedure, router } from "../init";

export const searchRouter = router({
  find: projectProcedure
    .input(z.object({ text: z.string().max(1_000) }))
    .query(({ ctx, input }) => findAnything(ctx.project, input)),
});
