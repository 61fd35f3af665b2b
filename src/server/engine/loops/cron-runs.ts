import type { EngineContext } from "../context";
import type { EngineTransaction } from "../engine-database";
import { EngineEvent } from "../event";
import { makeRun } from "../run/make-run";
import type { UnitOfWork } from "../run/unit-of-work";
import { insertEvents } from "../run/write-collected-changes";
import { findNextCronTick } from "../sync/compile-function-configs";

/**
 * Stores the next start time of each cron trigger, and deletes the times of triggers that these functions no longer
 * have. A time that is already stored does not change.
 */
export async function registerCrons(ctx: EngineContext, tx: EngineTransaction): Promise<void> {
  const triggers = ctx.functions.all.flatMap((fn) => fn.crons.map((expression) => ({ functionId: fn.id, expression })));
  const now = ctx.clock.now();
  const dated = triggers
    .map((trigger) => ({ ...trigger, at: findNextCronTick(trigger.expression, now) }))
    .filter((trigger) => trigger.at !== null);
  await tx.query(
    `insert into engine.cron (function_id, expression, next_at)
     select * from unnest($1::text[], $2::text[], $3::timestamptz[]) on conflict do nothing`,
    [
      dated.map((cron) => cron.functionId),
      dated.map((cron) => cron.expression),
      dated.map((cron) => new Date(cron.at ?? now)),
    ],
  );
  await tx.query(
    `delete from engine.cron c where function_id = any($1)
        and not exists (select from unnest($2::text[], $3::text[]) as t(f, e) where t.f = c.function_id
          and t.e = c.expression)`,
    [
      ctx.functions.all.map((fn) => fn.id),
      triggers.map((cron) => cron.functionId),
      triggers.map((cron) => cron.expression),
    ],
  );
}

/**
 * Starts one run for each cron trigger that is due. A row lock prevents a second run by another process. After a
 * downtime a trigger starts only one run for all missed times, as on an Inngest server.
 */
export async function startDueCrons(work: UnitOfWork, now: Date): Promise<number> {
  const { ctx, tx } = work;
  const due = await tx.query<{ function_id: string; expression: string; next_at: Date }>(
    `select function_id, expression, next_at from engine.cron
      where next_at <= $1 and function_id = any($2) for update skip locked`,
    [now, ctx.functions.all.map((fn) => fn.id)],
  );
  for (const { function_id, expression, next_at } of due) {
    const fn = ctx.functions.get(function_id);
    const next = findNextCronTick(expression, now.getTime());
    if (next === null)
      await tx.query("delete from engine.cron where function_id = $1 and expression = $2", [function_id, expression]);
    else
      await tx.query("update engine.cron set next_at = $3 where function_id = $1 and expression = $2", [
        function_id,
        expression,
        new Date(next),
      ]);
    if (!fn) continue;
    const scheduledAt = next_at.toISOString();
    const event = new EngineEvent({
      id: ctx.newId(),
      name: "inngest/scheduled.timer",
      data: JSON.stringify({ cron: expression, scheduledAt, fireAt: now.toISOString() }),
      ts: now.getTime(),
      externalId: scheduledAt,
      v: null,
      user: null,
      receivedAt: now.getTime(),
    });
    await insertEvents(tx, [event], true);
    work.newRuns.push(makeRun(ctx, fn, { event, idempotencyKey: scheduledAt }));
  }
  return due.length;
}
