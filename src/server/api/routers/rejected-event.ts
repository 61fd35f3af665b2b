import { z } from "zod";
import { PageInput } from "@/server/services/keyset";
import { getRejectedEvent } from "@/server/services/rejected-events/get-rejected-event";
import { listRejectedEvents } from "@/server/services/rejected-events/list-rejected-events";
import { projectProcedure, router } from "../init";

export const rejectedEventRouter = router({
  list: projectProcedure.input(PageInput).query(({ ctx, input }) => listRejectedEvents(ctx.project, input)),
  get: projectProcedure
    .input(z.object({ rejectedEventId: z.string().min(1).max(100) }))
    .query(({ ctx, input }) => getRejectedEvent(ctx.project, input)),
});
