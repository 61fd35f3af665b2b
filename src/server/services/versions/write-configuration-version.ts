import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

export type NewConfigurationVersion = {
  kind: "trigger" | "action";
  targetId: string;
  version: number;
  /**
   * the stored content: the input of the trigger form, or an action's configuration without signing secrets and secret
   * headers
   */
  snapshot: unknown;
  /** a few words on the change, such as "Switched off." */
  summary: string;
};

/**
 * Stores a version of a trigger or an action after a change. Call it at the end of the change's transaction, because it
 * stores the configuration revision at which the change takes effect.
 */
export async function writeConfigurationVersion(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  draft: NewConfigurationVersion,
): Promise<void> {
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
