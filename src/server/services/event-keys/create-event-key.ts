import { personIdOf } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { requireRoomInProject } from "../project-limits";
import { eventKeyRow, newEventKey } from "./event-key-row";

/** Makes an event key. Only this answer ever shows it. */
export async function createEventKey(
  ctx: ProjectContext,
  input: { name: string },
): Promise<{ id: string; key: string }> {
  requirePermission(ctx, "eventKey:manage");
  const key = newEventKey();
  const createdById = personIdOf(ctx.actor);
  const data = eventKeyRow({ projectId: ctx.projectId, name: input.name, key, createdById, now: ctx.now() });
  await ctx.db.$transaction(async (tx) => {
    await requireRoomInProject(ctx, tx, "eventKeys");
    await tx.eventKey.create({ data });
    await audit(ctx, tx, {
      action: "eventKey.create",
      targetId: data.id,
      summary: `Created the event key “${data.name}” (…${data.last4})`,
    });
  });
  return { id: data.id, key };
}
