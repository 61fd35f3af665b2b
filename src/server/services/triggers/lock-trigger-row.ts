import type { ProjectContext } from "@/server/context";
import type { Prisma } from "@/generated/prisma/client";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";
import { writeConfigurationVersion } from "../versions/write-configuration-version";

const lockedSelect = {
  id: true,
  name: true,
  description: true,
  eventSource: true,
  filter: true,
  samplingRate: true,
  samplingBy: true,
  delaySeconds: true,
  delayMode: true,
  capPerHour: true,
  status: true,
  version: true,
  management: true,
  actions: { where: { action: { deletedAt: null } }, orderBy: { position: "asc" }, select: { actionId: true } },
  shadow: { select: { id: true, filter: true, samplingRate: true, samplingBy: true } },
} satisfies Prisma.TriggerConfigurationSelect;
export type LockedTriggerRow = Prisma.TriggerConfigurationGetPayload<{ select: typeof lockedSelect }>;

/** Locks a trigger's row until the transaction ends, and reads the trigger. */
export async function lockTriggerRow(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { triggerId, deletedToo = false }: { triggerId: string; deletedToo?: boolean },
): Promise<LockedTriggerRow> {
  await tx.$queryRaw`SELECT 1 FROM trigger_configuration
    WHERE id = ${triggerId} AND project_id = ${ctx.projectId} FOR NO KEY UPDATE`;
  const row = await tx.triggerConfiguration.findFirst({
    where: { id: triggerId, projectId: ctx.projectId, ...(deletedToo ? {} : { deletedAt: null }) },
    select: lockedSelect,
  });
  if (!row) throw makeNotFoundError("trigger");
  return row;
}

/**
 * Checks that a trigger still has the version from which a person began their change.
 * @throws AppError CONFLICT if the trigger has another version by now
 */
export function requireTriggerVersion(trigger: LockedTriggerRow, version: number): void {
  if (trigger.version === version) return;
  throw new AppError(
    "CONFLICT",
    "Somebody else has changed this trigger meanwhile. Load it again, then make your change.",
    { reason: "version_mismatch" },
  );
}

/** Stores a copy of the trigger's current configuration as a version in its history. */
export async function writeTriggerVersion(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { triggerId, summary }: { triggerId: string; summary: string },
): Promise<void> {
  const { version, management: _management, ...row } = await lockTriggerRow(ctx, tx, { triggerId, deletedToo: true });
  const { id: _id, actions, shadow, ...fields } = row;
  const { id: _shadowId, ...tried } = shadow ?? { id: null };
  await writeConfigurationVersion(ctx, tx, {
    kind: "trigger",
    targetId: triggerId,
    version,
    snapshot: {
      ...fields,
      actionIds: actions.map((action) => action.actionId),
      ...(shadow ? { shadow: tried } : {}),
    },
    summary,
  });
}
