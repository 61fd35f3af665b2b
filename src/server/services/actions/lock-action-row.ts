import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";

/** Locks an action's row until the transaction ends, and reads the action. */
export async function lockActionRow(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { actionId, deletedToo = false }: { actionId: string; deletedToo?: boolean },
) {
  await tx.$queryRaw`SELECT 1 FROM action_configuration
    WHERE id = ${actionId} AND project_id = ${ctx.projectId} FOR NO KEY UPDATE`;
  const row = await tx.actionConfiguration.findFirst({
    where: { id: actionId, projectId: ctx.projectId, ...(deletedToo ? {} : { deletedAt: null }) },
    select: { id: true, name: true, type: true, configuration: true, version: true, disabledAt: true },
  });
  if (!row) throw makeNotFoundError("action");
  return row;
}

/**
 * Checks that an action still has the version from which a person began their change.
 * @throws AppError CONFLICT if the action has another version by now
 */
export function requireActionVersion(action: { version: number }, version: number): void {
  if (action.version !== version) throw makeActionChangedError();
}

export const makeActionChangedError = (): AppError =>
  new AppError("CONFLICT", "Somebody else has changed this action meanwhile. Load it again, then make your change.", {
    reason: "version_mismatch",
  });
