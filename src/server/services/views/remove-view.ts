import { readPersonIdOfActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

/** Removes a saved view of the person, or a shared view. Members with the role viewer cannot remove shared views. */
export async function removeView(ctx: ProjectContext, input: { viewId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "project:read");
  await ctx.db.$transaction(async (tx) => {
    const view = await tx.savedView.findFirst({
      where: {
        id: input.viewId,
        projectId: ctx.projectId,
        OR: [{ userId: null }, { userId: readPersonIdOfActor(ctx.actor) }],
      },
      select: { id: true, name: true, userId: true },
    });
    if (!view) throw makeNotFoundError("view");
    if (view.userId === null) requirePermission(ctx, "execution:act");
    await tx.savedView.deleteMany({ where: { id: view.id } });
    if (view.userId === null)
      await writeAuditEntry(ctx, tx, {
        action: "view.remove",
        targetId: view.id,
        summary: `Removed the view "${view.name}".`,
      });
  });
  return { id: input.viewId };
}
