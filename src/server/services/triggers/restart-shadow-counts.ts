import { areJsonValuesEqual } from "@/domain/as-code/configuration-files";
import type { Prisma } from "@/generated/prisma/client";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

type Deciding = { filter: unknown; samplingRate: number; samplingBy: string };
type Shadow = Deciding & { id: string };
type Restart = { before: Deciding & { shadow: Shadow | null }; after: Deciding; now: Date };

/**
 * Sets the counts of a trigger's shadow back to zero, if a change of the trigger affects when it fires. Old counts
 * would compare the shadow with another trigger.
 */
export async function restartShadowCounts(tx: DatabaseOrTransaction, { before, after, now }: Restart): Promise<void> {
  const { shadow } = before;
  if (!shadow) return;
  const decidesAsBefore =
    areJsonValuesEqual(before.filter, after.filter) &&
    before.samplingRate === after.samplingRate &&
    before.samplingBy === after.samplingBy;
  if (decidesAsBefore) return;
  const row = await tx.triggerShadow.delete({ where: { id: shadow.id } });
  const { triggerId, projectId, filter, samplingRate, samplingBy, startedByLabel } = row;
  await tx.triggerShadow.create({
    data: {
      id: newId("shd"),
      triggerId,
      projectId,
      filter: filter as Prisma.InputJsonObject,
      samplingRate,
      samplingBy,
      startedAt: now,
      startedByLabel,
    },
    select: { id: true },
  });
}
