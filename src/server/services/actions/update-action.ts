import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireFreeConfigurationKey } from "../require-free-configuration-key";
import type { ActionInput } from "./action-input";
import { requireActionType, checkActionConfiguration } from "./action-configuration";
import type { SavedActionWarning } from "./insert-action";
import { writeActionVersion } from "./write-action-version";
import { makeActionChangedError, lockActionRow, requireActionVersion } from "./lock-action-row";

/**
 * Changes an action. If the input names a secret header without a value, the stored value stays, unless the type, or
 * the URL's scheme, host or port, is another one.
 * @throws AppError BAD_REQUEST with the fields at fault
 * @throws AppError CONFLICT if the action is no longer at the version `input.version`, if its secrets were encrypted
 * again meanwhile, or if another action has the key
 */
export async function updateAction(
  ctx: ProjectContext,
  input: { actionId: string; version: number; action: ActionInput },
): Promise<{ id: string; version: number } & SavedActionWarning> {
  requirePermission(ctx, "action:write");
  const { actionId: id, action } = input;
  const read = await ctx.db.actionConfiguration.findFirst({
    where: { id, projectId: ctx.projectId, deletedAt: null },
    select: { type: true, configuration: true, version: true },
  });
  if (!read) throw makeNotFoundError("action");
  requireActionVersion(read, input.version);
  // The check of the URL asks DNS. A slow DNS answer must not keep a transaction open.
  const { configuration, warning } = await checkActionConfiguration(ctx, {
    type: requireActionType(action.type),
    input: action.configuration,
    previous: read.type === action.type ? read.configuration : null,
  });
  const version = await ctx.db.$transaction(async (tx) => {
    const before = await lockActionRow(ctx, tx, { actionId: id });
    requireActionVersion(before, input.version);
    // The command `reencrypt` may have replaced a ciphertext since the read. The old one must not come back.
    if (JSON.stringify(before.configuration) !== JSON.stringify(read.configuration)) throw makeActionChangedError();
    await requireFreeConfigurationKey(ctx, tx, { kind: "action", id, key: action.key });
    await tx.actionConfiguration.update({
      where: { id },
      data: {
        ...(action.key === undefined ? {} : { key: action.key }),
        name: action.name,
        type: action.type,
        configuration: configuration.stored as Prisma.InputJsonObject,
        version: before.version + 1,
      },
      select: { id: true },
    });
    await writeAuditEntry(ctx, tx, {
      action: "action.update",
      targetId: id,
      summary: `Changed the action "${action.name}" (version ${before.version + 1}).`,
    });
    await writeActionVersion(ctx, tx, { actionId: id, summary: "Changed." });
    return before.version + 1;
  });
  ctx.live.touch(ctx.projectId, "actions");
  return { id, version, warning };
}
