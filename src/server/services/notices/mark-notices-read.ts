import { readPersonIdOfActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";

/** Marks all notices of a project as read by this person. */
export async function markNoticesRead(ctx: ProjectContext): Promise<void> {
  requirePermission(ctx, "project:read");
  const userId = readPersonIdOfActor(ctx.actor);
  if (!userId) return;
  const { projectId } = ctx;
  const readAt = ctx.now();
  await ctx.db.noticeReader.upsert({
    where: { userId_projectId: { userId, projectId } },
    create: { userId, projectId, readAt },
    update: { readAt },
  });
}
