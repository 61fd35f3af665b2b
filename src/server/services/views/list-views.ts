import { readPersonIdOfActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { hasPermission, requirePermission } from "../access";
import { SAVED_VIEWS_MAX } from "./save-view";

export type SavedView = { id: string; name: string; query: string; isShared: boolean; mayRemove: boolean };

/**
 * Lists the saved views of the execution list that a person can use: those of the project and the person's own, by
 * name.
 */
export async function listViews(ctx: ProjectContext): Promise<SavedView[]> {
  requirePermission(ctx, "project:read");
  const rows = await ctx.db.savedView.findMany({
    where: { projectId: ctx.projectId, OR: [{ userId: null }, { userId: readPersonIdOfActor(ctx.actor) }] },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: 2 * SAVED_VIEWS_MAX,
    select: { id: true, name: true, query: true, userId: true },
  });
  const mayRemoveShared = hasPermission(ctx, "execution:act");
  return rows.map(({ userId, ...view }) => ({
    ...view,
    isShared: userId === null,
    mayRemove: userId !== null || mayRemoveShared,
  }));
}
