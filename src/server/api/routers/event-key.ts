import { z } from "zod";
import { Label } from "@/domain/project";
import { createEventKey, listEventKeys, revokeEventKey } from "@/server/services/event-keys";
import { limitPerson, projectProcedure, router } from "../init";

export const eventKeyRouter = router({
  list: projectProcedure("eventKey:manage").query(({ ctx }) => listEventKeys(ctx.project)),
  create: projectProcedure("eventKey:manage")
    .use(limitPerson("eventKey"))
    .input(z.object({ name: Label }))
    .mutation(({ ctx, input }) => createEventKey(ctx.project, input)),
  revoke: projectProcedure("eventKey:manage")
    .input(z.object({ id: z.string().max(100) }))
    .mutation(({ ctx, input }) => revokeEventKey(ctx.project, input)),
});
