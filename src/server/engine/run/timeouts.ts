import type { Tx } from "../db";
import type { LockedItem, RunState } from "./state";
import type { UnitOfWork } from "./unit-of-work";

/**
 * Cancels runs that have taken too long since their start, and sets the clock of those that have just started. A call
 * under way is not cut off: if it ends the run, the run has ended well; no further call begins.
 */
export function watchTimeouts(work: UnitOfWork): void {
  const now = work.ctx.clock.now();
  for (const run of work.changed) {
    const finishMs = work.ctx.functions.get(run.functionId)?.flow?.timeouts?.finishMs ?? null;
    if (finishMs === null || run.status !== "running" || !run.startedAt) continue;
    const dueAt = run.startedAt.getTime() + finishMs;
    if (dueAt <= now) work.end(run, "cancelled", {});
    else if (!run.startKnown) work.addItem(run, "timeout", "finish", dueAt);
    run.startKnown = true;
  }
}

/** A timeout of the run has come. */
export function endTimeout(work: UnitOfWork, run: RunState, item: LockedItem, calls: Calls): void {
  work.doneItems.push(item.id);
  const late = item.stepId === "start" ? !run.startedAt && !calls.begun.has(run.id) : !calls.underWay.has(run.id);
  if (late) work.end(run, "cancelled", {});
}

/** Runs with a call that has begun, even if it was interrupted; runs with a call under way. */
export type Calls = { begun: Set<string>; underWay: Set<string> };

/** Locks the calls of these runs, so that none of them begins meanwhile. */
export async function readCalls(tx: Tx, runIds: string[]): Promise<Calls> {
  if (runIds.length === 0) return { begun: new Set(), underWay: new Set() };
  const rows = await tx.query<{ run_id: string; leased: boolean; lost: number }>(
    "select run_id, state = 'leased' as leased, lost from engine.item where run_id = any($1) and kind = 'call' order by id for update",
    [runIds],
  );
  return {
    begun: new Set(rows.filter((row) => row.leased || row.lost > 0).map((row) => row.run_id)),
    underWay: new Set(rows.filter((row) => row.leased).map((row) => row.run_id)),
  };
}
