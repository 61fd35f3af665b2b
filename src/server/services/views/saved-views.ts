import { z } from "zod";
import { personIdOf } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { audit } from "../audit";

/** The most views that one person sees in a project. */
const VIEWS_MAX = 50;

export const NewView = z.object({
  name: z.string().trim().min(1, "Give the view a name.").max(60),
  /** the filters in the form of the list's URL, without `?` */
  query: z.string().max(4_000),
  /** whether everybody in the project sees the view */
  isShared: z.boolean(),
});

export type SavedView = { id: string; name: string; query: string; isShared: boolean; mayRemove: boolean };

/** Lists the views of the executions that this person sees: first the project's, then their own, by name. */
export async function listViews(ctx: ProjectContext): Promise<SavedView[]> {
  requirePermission(ctx, "project:read");
  const rows = await ctx.db.savedView.findMany({
    where: { projectId: ctx.projectId, OR: [{ userId: null }, { userId: personIdOf(ctx.actor) }] },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: 2 * VIEWS_MAX,
    select: { id: true, name: true, query: true, userId: true },
  });
  const mayShare = ctx.role !== "viewer";
  return rows.map(({ userId, ...view }) => ({
    ...view,
    isShared: userId === null,
    mayRemove: userId !== null || mayShare,
  }));
}

/**
 * Saves the filters of the list under a name. Viewers save views only for themselves.
 * @throws AppError CONFLICT at 50 views
 */
export async function saveView(ctx: ProjectContext, input: z.infer<typeof NewView>): Promise<{ id: string }> {
  requirePermission(ctx, input.isShared ? "execution:act" : "project:read");
  const userId = input.isShared ? null : personIdOf(ctx.actor);
  const id = newId("viw");
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    if ((await tx.savedView.count({ where: { projectId: ctx.projectId, userId } })) >= VIEWS_MAX)
      throw new AppError("CONFLICT", `There are ${VIEWS_MAX} views already. Remove one first.`);
    await tx.savedView.create({
      data: {
        id,
        projectId: ctx.projectId,
        userId,
        name: input.name,
        query: input.query,
        createdByLabel: ctx.actor.label,
        createdAt: ctx.now(),
      },
      select: { id: true },
    });
    if (input.isShared)
      await audit(ctx, tx, { action: "view.create", targetId: id, summary: `Saved the view "${input.name}".` });
  });
  return { id };
}

/** Removes one of the person's own views, or one of the project's. */
export async function removeView(ctx: ProjectContext, input: { viewId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "project:read");
  await ctx.db.$transaction(async (tx) => {
    const view = await tx.savedView.findFirst({
      where: { id: input.viewId, projectId: ctx.projectId, OR: [{ userId: null }, { userId: personIdOf(ctx.actor) }] },
      select: { id: true, name: true, userId: true },
    });
    if (!view) throw notFound("view");
    if (view.userId === null) requirePermission(ctx, "execution:act");
    await tx.savedView.deleteMany({ where: { id: view.id } });
    if (view.userId === null)
      await audit(ctx, tx, { action: "view.remove", targetId: view.id, summary: `Removed the view "${view.name}".` });
  });
  return { id: input.viewId };
}
