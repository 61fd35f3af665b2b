import { z } from "zod";
import { listEventKeysWithClients } from "@/server/services/sources/list-event-keys-with-clients";
import { setLlmSpansOnly } from "@/server/services/sources/set-llm-spans-only";
import { projectProcedure, router } from "../init";

export const sourceRouter = router({
  list: projectProcedure.query(({ ctx }) => listEventKeysWithClients(ctx.project)),
  setLlmSpansOnly: projectProcedure
    .input(z.object({ id: z.string().max(100), llmSpansOnly: z.boolean() }))
    .mutation(({ ctx, input }) => setLlmSpansOnly(ctx.project, input)),
});
