import { z } from "zod";
import { readPersonIdOfActor } from "@/domain/actor";
import { NameText } from "@/domain/display-name";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

/** A person may save at most this many views in a project, and the project may have as many shared views. */
export const SAVED_VIEWS_MAX = 50;

export const NewSavedView = z.object({
  name: NameText.min(1, "Give the view a name.").max(60),
  /** the filters of the execution list as the query part of its URL, without `?` */
  query: z.string().max(4_000),
  /** whether all members of the project see the view */
  isShared: z.boolean(),
});

/**
 * Saves filters of the execution list under a name. Members with the role viewer can save views only for themselves.
 * @throws AppError CONFLICT if the person, or for a shared view the project, has 50 views
 */
export async function saveView(ctx: ProjectContext, input: z.infer<typeof NewSavedView>): Promise<{ id: string }> {
  requirePermission(ctx, input.isShared ? "execution:act" : "project:read");
  const userId = input.isShared ? null : readPersonIdOfActor(ctx.actor);
  const id = newId("viw");
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    if ((await tx.savedView.count({ where: { projectId: ctx.projectId, userId } })) >= SAVED_VIEWS_MAX)
      throw new AppError("CONFLICT", `There are ${SAVED_VIEWS_MAX} views already. Remove one first.`);
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
      await writeAuditEntry(ctx, tx, {
        action: "view.create",
        targetId: id,
        summary: `Saved the view "${input.name}".`,
      });
  });
  return { id };
}
