import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import type { RejectedEventListItem } from "./list-rejected-events";
import { rejectedEventSelect, addEventKeyNames } from "./add-event-key-names";

/** Returns an event that could not be processed. `body` holds the first 65,536 characters of its data. */
export async function getRejectedEvent(
  ctx: ProjectContext,
  input: { rejectedEventId: string },
): Promise<RejectedEventListItem & { body: string }> {
  requirePermission(ctx, "rejected:read");
  const row = await ctx.db.rejectedEvent.findFirst({
    where: { id: input.rejectedEventId, projectId: ctx.projectId },
    select: { ...rejectedEventSelect, body: true },
  });
  if (!row) throw makeNotFoundError("rejected event");
  const [named] = await addEventKeyNames(ctx, [row]);
  return named!;
}
