import type { EngineTransaction } from "../engine-database";
import type { RunStatus, StepMemo } from "../types";

/** An unfinished run whose row this transaction has locked. The transaction's changes are made to this object first. */
export type LockedRun = {
  id: string;
  functionId: string;
  lane: string;
  eventIds: string[];
  status: RunStatus;
  pending: Set<string>;
  forcePlan: boolean;
  eager: boolean;
  stepCount: number;
  stateBytes: number;
  startedAt: Date | null;
  output: string | null;
  error: string | null;
  /** The steps that this transaction adds, in order. */
  added: StepMemo[];
};

/** An item of work (a call or a sleep), read while its run is locked. */
export type LockedWorkItem = {
  id: string;
  runId: string;
  stepId: string;
  state: string;
  token: string | null;
};

type RunRow = {
  id: string;
  function_id: string;
  lane: string;
  event_ids: string[];
  pending: string[];
  force_plan: boolean;
  eager: boolean;
  step_count: number;
  state_bytes: string;
  started_at: Date | null;
};

/** Locks unfinished runs in the order of their ids, so that two transactions do not deadlock. */
export async function lockRuns(tx: EngineTransaction, ids: string[]): Promise<LockedRun[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<RunRow>(
    `/* prepared */
     select id, function_id, lane, event_ids, pending, force_plan, eager, step_count, state_bytes, started_at
       from engine.run where id = any($1) and status = 'running' order by id for update`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.id,
    functionId: row.function_id,
    lane: row.lane,
    eventIds: row.event_ids,
    status: "running",
    pending: new Set(row.pending),
    forcePlan: row.force_plan,
    eager: row.eager,
    stepCount: row.step_count,
    stateBytes: Number(row.state_bytes),
    startedAt: row.started_at,
    output: null,
    error: null,
    added: [],
  }));
}

/** Reads items of work. The caller has locked their runs, so that the items include the changes of other processes. */
export async function readLockedWorkItems(tx: EngineTransaction, ids: string[]): Promise<Map<string, LockedWorkItem>> {
  const rows = await tx.query<{
    id: string;
    run_id: string;
    step_id: string;
    state: string;
    lease_token: string | null;
  }>("/* prepared */ select id, run_id, step_id, state, lease_token from engine.item where id = any($1::bigint[])", [
    ids,
  ]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        runId: row.run_id,
        stepId: row.step_id,
        state: row.state,
        token: row.lease_token,
      },
    ]),
  );
}
