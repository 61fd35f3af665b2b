import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { newId } from "@/server/ids";

export type VersionDraft = {
  kind: "trigger" | "action";
  targetId: string;
  version: number;
  /** the content that a restore brings back: the form's input of a trigger, the safe form of an action */
  snapshot: unknown;
  /** the kind of change, in words */
  summary: string;
};

/**
 * Stores the version of a trigger or an action after a change. Call it last in the change's transaction, because it
 * reads the configuration's revision from which others see the change.
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
      actorId: actor.id,
      actorLabel: actor.label,
      createdAt: ctx.now(),
    },
    select: { id: true },
  });
}
