import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";
import { wakeActionsIfPossible } from "../wakes/wake-actions";

type Action = { id: string; name: string; disabledAt: Date | null; pausedAt: Date | null };

/**
 * Loads an action's name, and whether the action is off or paused.
 * @throws AppError NOT_FOUND
 */
export async function loadActionState(
  ctx: ProjectContext,
  db: DatabaseOrTransaction,
  actionId: string,
): Promise<Action> {
  const row = await db.actionConfiguration.findFirst({
    where: { id: actionId, projectId: ctx.projectId, deletedAt: null },
    select: { id: true, name: true, disabledAt: true, pausedAt: true },
  });
  if (!row) throw makeNotFoundError("action");
  return row;
}

export const wakeActionNow = (ctx: ProjectContext, actionId: string): Promise<void> =>
  wakeActionsIfPossible(ctx, [{ projectId: ctx.projectId, actionId, dueAt: ctx.now() }]);

export function requireActionMaySend({ name, disabledAt, pausedAt }: Action): void {
  if (disabledAt) throw new AppError("CONFLICT", `The action "${name}" is off. Switch it on first.`);
  if (pausedAt) throw new AppError("CONFLICT", `The action "${name}" is paused. Let it go on first.`);
}
