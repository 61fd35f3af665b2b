import { z } from "zod";
import { DisplayName } from "@/domain/display-name";
import { createEventKey } from "@/server/services/event-keys/create-event-key";
import { listEventKeys } from "@/server/services/event-keys/list-event-keys";
import { restoreEventKey } from "@/server/services/event-keys/restore-event-key";
import { revokeEventKey } from "@/server/services/event-keys/revoke-event-key";
import { PAGE_SIZE_MAX, PageInput } from "@/server/services/keyset";
import { limitCallsOfPerson, projectProcedure, router } from "../init";

export const eventKeyRouter = router({
  /**
   * Lists the newest 200 event keys. Programs outside of this repository expect a plain list; `page` returns all in
   * pages.
   */
  list: projectProcedure.query(async ({ ctx }) => (await listEventKeys(ctx.project, { limit: PAGE_SIZE_MAX })).items),
  page: projectProcedure.input(PageInput).query(({ ctx, input }) => listEventKeys(ctx.project, input)),
  create: projectProcedure
    .use(limitCallsOfPerson("eventKey"))
    .input(z.object({ name: DisplayName }))
    .mutation(({ ctx, input }) => createEventKey(ctx.project, input)),
  revoke: projectProcedure
    .input(z.object({ id: z.string().max(100) }))
    .mutation(({ ctx, input }) => revokeEventKey(ctx.project, input)),
  restore: projectProcedure
    .input(z.object({ id: z.string().max(100) }))
    .mutation(({ ctx, input }) => restoreEventKey(ctx.project, input)),
});
