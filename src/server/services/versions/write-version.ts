import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

export type NewVersion = {
  kind: "trigger" | "action";
  targetId: string;
  version: number;
  /** the content for a restore: a trigger's form input, or an action's safe form */
  snapshot: unknown;
  /** the kind of change, in words */
  summary: string;
};

/**
 * Stores the version of a trigger or an action after a change. Call it last in the change's transaction: it reads the
 * revision of the configuration, and others see the change from that revision on.
 */
export async function writeVersion(ctx: ProjectContext, tx: DatabaseOrTransaction, draft: NewVersion): Promise<void> {
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
