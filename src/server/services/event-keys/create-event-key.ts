import { readPersonIdOfActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireProjectBelowLimit } from "../project-limits";
import { makeEventKeyRow, makeRandomEventKey } from "./event-key-row";

/** Makes an event key for a project. Only this answer shows the whole key. */
export async function createEventKey(
  ctx: ProjectContext,
  input: { name: string },
): Promise<{ id: string; key: string }> {
  requirePermission(ctx, "eventKey:manage");
  const key = makeRandomEventKey();
  const createdById = readPersonIdOfActor(ctx.actor);
  const data = makeEventKeyRow({ projectId: ctx.projectId, name: input.name, key, createdById, now: ctx.now() });
  await ctx.db.$transaction(async (tx) => {
    await requireProjectBelowLimit(ctx, tx, "eventKeys");
    await tx.eventKey.create({ data });
    await writeAuditEntry(ctx, tx, {
      action: "eventKey.create",
      targetId: data.id,
      summary: `Created the event key “${data.name}” (…${data.last4})`,
    });
  });
  return { id: data.id, key };
}
