import { personIdOf } from "@/domain/actor";
import { regexesInFilter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { requireFreeKey } from "../configuration-key";
import { requireRegexRoom, requireRoomInProject } from "../project-limits";
import { checkTrigger } from "./check";
import { keepTriggerVersion } from "./lock-trigger";
import { columnsOf, positions } from "./trigger-columns";

export async function createTrigger(ctx: ProjectContext, input: TriggerInput): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const id = newId("trg");
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    await checkTrigger(ctx, tx, input);
    await requireRoomInProject(ctx, tx, "triggers");
    await requireFreeKey(ctx, tx, { kind: "trigger", id: null, key: input.key });
    await requireRegexRoom(ctx, tx, { sources: regexesInFilter(input.filter) });
    await tx.triggerConfiguration.create({
      data: {
        id,
        projectId: ctx.projectId,
        ...columnsOf(input),
        createdById: personIdOf(ctx.actor),
        createdAt: now,
        actions: { create: positions(input.actionIds) },
      },
      select: { id: true },
    });
    await audit(ctx, tx, { action: "trigger.create", targetId: id, summary: `Created the trigger "${input.name}".` });
    await keepTriggerVersion(ctx, tx, { triggerId: id, summary: "Created." });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id };
}
