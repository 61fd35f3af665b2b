import type { NewRun, UnitOfWork } from "./unit-of-work";

const DAY_MS = 86_400_000;

/**
 * Leaves out new runs that repeat an earlier one: its event id started the same function within 24 h, or the earlier
 * run has not ended yet. The table `idempotency` holds the keys of such runs.
 */
export async function leaveOutDuplicateRuns(work: UnitOfWork, runs: NewRun[]): Promise<NewRun[]> {
  const keyed = new Map<string, NewRun>();
  for (const run of runs) {
    const key = `${run.fn.id} ${run.idempotencyKey ?? ""}`;
    if (run.idempotencyKey !== null && !keyed.has(key)) keyed.set(key, run);
  }
  if (keyed.size === 0) return runs;
  const now = work.ctx.clock.now();
  // The rows are locked in the order of their keys. Two transactions with the same keys then cannot deadlock.
  const candidates = [...keyed.keys()].sort().map((key) => keyed.get(key) as NewRun);
  const taken = await work.tx.query<{ run_id: string }>(
    `insert into engine.idempotency as known (function_id, key, run_id, expires_at)
     select *, $4::timestamptz from unnest($1::text[], $2::text[], $3::text[])
     on conflict (function_id, key) do update set run_id = excluded.run_id, expires_at = excluded.expires_at
       where known.expires_at <= $5
         and not exists (select from engine.run r where r.id = known.run_id and r.status = 'running')
     returning run_id`,
    [
      candidates.map((run) => run.fn.id),
      candidates.map((run) => run.idempotencyKey),
      candidates.map((run) => run.id),
      new Date(now + DAY_MS),
      new Date(now),
    ],
  );
  const accepted = new Set(taken.map((row) => row.run_id));
  return runs.filter((run) => run.idempotencyKey === null || accepted.has(run.id));
}
