import type { EngineContext } from "../context";
import { finishUnitOfWork } from "../run/finish-unit-of-work";
import { UnitOfWork, type WorkAfterCommit } from "../run/unit-of-work";
import { makeBoundedDelete, repeatChunkUntilDone } from "@/server/platform/bounded-delete";

/** The most runs that one transaction cancels, and the most waiting events that it removes. */
const ROWS_MAX = 500;

/**
 * Ends the work of functions that no live process serves. It cancels their runs, with the reason in the run's row, and
 * removes their waiting events and cron times. Each process lists its functions in its row. So a process of an older
 * program does not end runs of a newer one. A process without functions ends nothing.
 */
export async function endFunctionsThatAreGone(
  ctx: EngineContext,
  onEffects: (effects: WorkAfterCommit) => void,
): Promise<void> {
  if (ctx.functions.all.length === 0) return;
  const gone = await ctx.db.query<{ id: string }>(GONE);
  for (const { id } of gone) {
    const runs = await repeatChunkUntilDone(ROWS_MAX, () => cancelRuns(ctx, id, onEffects));
    const events = await repeatChunkUntilDone(ROWS_MAX, () => removeWaitingEvents(ctx, id));
    await ctx.db.query("delete from engine.cron where function_id = $1", [id]);
    ctx.log.warn({ functionId: id, runs, events }, "engine: ended what a function left that the program no longer has");
  }
}

async function cancelRuns(
  ctx: EngineContext,
  functionId: string,
  onEffects: (effects: WorkAfterCommit) => void,
): Promise<number> {
  const { count, effects } = await ctx.db.tx(async (tx) => {
    const live = await tx.query<{ id: string }>(
      "select id from engine.run where function_id = $1 and status = 'running' order by created_at limit $2",
      [functionId, ROWS_MAX],
    );
    const work = new UnitOfWork(ctx, tx);
    await work.lock(live.map(({ id }) => id));
    const message =
      `The program no longer has the function "${functionId}": ` + "its run was cancelled when the program started";
    for (const run of work.runs.values()) work.end(run, "cancelled", { error: { name: "FunctionGone", message } });
    return { count: live.length, effects: await finishUnitOfWork(work) };
  });
  onEffects(effects);
  return count;
}

async function removeWaitingEvents(ctx: EngineContext, functionId: string): Promise<number> {
  const which = { table: "engine.batch_item", where: "function_id = $1", orderBy: "id", rowsMax: ROWS_MAX };
  return (await ctx.db.query(`${makeBoundedDelete(which)} returning true`, [functionId])).length;
}

/**
 * SQL that finds functions which no live process lists. A process writes its list before its first run, so one query
 * suffices.
 */
const GONE = `
  select id from (
    select distinct function_id as id from engine.run where status = 'running'
    union select distinct function_id from engine.batch_item
    union select function_id from engine.cron
  ) as left_over
   where not exists (select from engine.process p where left_over.id = any(p.functions))`;
