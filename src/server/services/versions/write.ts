import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { newId } from "@/server/ids";

export type VersionDraft = {
  kind: "trigger" | "action";
  targetId: string;
  version: number;
  /** what a restore brings back: the form's input, of an action its safe form */
  snapshot: unknown;
  /** what was done, in words */
  summary: string;
};

/**
 * Keeps a trigger or an action as it is after a change. To be called last in the change's transaction: the revision
 * of the project's configuration that it reads is the one from which on others see the change.
 */
export async function writeVersion(ctx: ProjectContext, tx: Queryable, draft: VersionDraft): Promise<void> {
  const { configRevision } = await tx.project.findUniqueOrThrow({
    where: { id: ctx.projectId },
    select: { configRevision: true },
  });
  const { actor } = ctx;
  await tx.configurationVersion.create({
    data: {
      ...draft,
      id: newId("ver"),
      projectId: ctx.projectId,
      snapshot: draft.snapshot as Prisma.InputJsonObject,
      revision: configRevision,
      actorId: actor.type === "user" ? actor.userId : null,
      actorLabel: actor.label,
      createdAt: ctx.now(),
    },
    select: { id: true },
  });
}
