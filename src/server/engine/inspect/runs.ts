import type { EngineContext } from "../context";
import type { WorkItemKind, RunError } from "../types";

/**
 * The state of a run. `queued`: its next call is ready. `running`: its call is executing. `sleeping`: it waits for the
 * end of a sleep, for a retry or for its start.
 */
export type RunState = "queued" | "running" | "sleeping" | "completed" | "failed" | "cancelled";

export type RunListItem = {
  id: string;
  /** The owner of the run, such as a project; empty for runs of the program itself. */
  owner: string;
  functionId: string;
  functionName: string;
  state: RunState;
  /** The number of events that the run received. */
  eventCount: number;
  stepCount: number;
  /** The number of failed tries of the run's current call; 0 after the end of the run. */
  attempt: number;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** The time when a sleeping run continues; null for any other run. */
  wakesAt: Date | null;
  error: RunError | null;
};

type StepView = {
  id: string;
  op: string;
  name: string;
  attempt: number;
  startedAt: Date | null;
  endedAt: Date;
  /** The size of the step's result, in bytes. */ size: number;
  error: RunError | null;
};
type WaitView = {
  kind: WorkItemKind;
  stepId: string;
  attempt: number;
  state: "ready" | "leased" | "timer";
  dueAt: Date | null;
};
export type RunDetail = RunListItem & { steps: StepView[]; waits: WaitView[] };

export type ListRunsInput = {
  /** The owners whose runs are listed; null lists the runs of all owners. */
  owners: readonly string[] | null;
  functionId?: string | undefined;
  state?: RunState | undefined;
  /** The id of the last run of the previous page; null or undefined for the first page. */
  cursor?: string | null | undefined;
  limit: number;
};

type Row = {
  id: string;
  owner: string;
  function_id: string;
  status: string;
  events: number;
  step_count: number;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  error: string | null;
  leased: boolean | null;
  ready: boolean | null;
  attempt: number | null;
  due_at: Date | null;
};

const LIVE: readonly RunState[] = ["queued", "running", "sleeping"];
const ENDED: readonly RunState[] = ["completed", "failed", "cancelled"];

/** SQL that joins an unfinished run with a summary of its items of work. */
const ITEMS = `
  left join lateral (
    select bool_or(i.state = 'leased') as leased, bool_or(i.state = 'ready') as ready,
           max(i.attempt) as attempt, min(i.due_at) as due_at
      from engine.item i where i.run_id = r.id and r.status = 'running') as i on true`;

const COLUMNS = `
  r.id, r.owner, r.function_id, r.status, cardinality(r.event_ids) as events, r.step_count, r.created_at,
  r.started_at, r.ended_at, r.error, i.leased, i.ready, i.attempt, i.due_at`;

const LIVE_STATE = "case when i.leased then 'running' when i.ready then 'queued' else 'sleeping' end";

/**
 * Lists runs, newest first. For given owners it reads the index (owner, function, status, id) once for each combination
 * in the filter, and merges the results.
 */
export async function listRuns(
  ctx: EngineContext,
  input: ListRunsInput,
): Promise<{ items: RunListItem[]; nextCursor: string | null }> {
  const { owners, functionId = null, state = null, cursor = null, limit } = input;
  const statuses = state === null ? ["running", ...ENDED] : LIVE.includes(state) ? ["running"] : [state];
  // A list of all functions leaves out runs of functions that the program no longer has.
  const functionIds = functionId === null ? ctx.functions.all.map((fn) => fn.id) : [functionId];
  const rows = await ctx.db.query<Row>(
    owners === null
      ? `select ${COLUMNS} from engine.run r ${ITEMS}
          where $1::text[] is null and r.status = any($2) and r.function_id = any($3)
            and ($4::text is null or r.id < $4)
            and ($5::text is null or r.status <> 'running' or ${LIVE_STATE} = $5)
          order by r.id desc limit $6`
      : `
      select p.* from unnest($1::text[]) as o(owner) cross join unnest($2::text[]) as s(status)
        cross join unnest($3::text[]) as f(id)
      cross join lateral (
        select ${COLUMNS} from engine.run r ${ITEMS}
         where r.owner = o.owner and r.status = s.status and r.function_id = f.id and ($4::text is null or r.id < $4)
           and ($5::text is null or r.status <> 'running' or ${LIVE_STATE} = $5)
         order by r.id desc limit $6) as p
      order by p.id desc limit $6`,
    [owners, statuses, functionIds, cursor, state, limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => toItem(ctx, row));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export async function readRun(
  ctx: EngineContext,
  id: string,
  owners: readonly string[] | null,
): Promise<RunDetail | null> {
  const [row] = await ctx.db.query<Row>(
    `select ${COLUMNS} from engine.run r ${ITEMS} where r.id = $1 and ($2::text[] is null or r.owner = any($2))`,
    [id, owners],
  );
  if (!row) return null;
  const [steps, waits] = await Promise.all([
    ctx.db.query<{
      id: string;
      op: string;
      name: string;
      attempt: number;
      started_at: Date | null;
      ended_at: Date;
      size: number;
      failure: string | null;
    }>(
      `
         select id, op, name, attempt, started_at, ended_at, octet_length(memo) as size,
           case when substr(memo, 1, 9) = '{"error":' then memo end as failure
         from engine.step where run_id = $1 order by seq`,
      [id],
    ),
    ctx.db.query<{
      kind: WaitView["kind"];
      step_id: string;
      attempt: number;
      state: WaitView["state"];
      due_at: Date | null;
    }>("select kind, step_id, attempt, state, due_at from engine.item where run_id = $1 order by id", [id]),
  ]);
  return {
    ...toItem(ctx, row),
    steps: steps.map(({ failure, started_at, ended_at, ...step }) => ({
      ...step,
      startedAt: started_at,
      endedAt: ended_at,
      error: failure === null ? null : shown((JSON.parse(failure) as { error: RunError }).error),
    })),
    waits: waits.map(({ step_id, due_at, ...wait }) => ({ ...wait, stepId: step_id, dueAt: due_at })),
  };
}

function toItem(ctx: EngineContext, row: Row): RunListItem {
  return {
    id: row.id,
    owner: row.owner,
    functionId: row.function_id,
    functionName: ctx.functions.get(row.function_id)?.name ?? row.function_id,
    state:
      row.status !== "running" ? (row.status as RunState) : row.leased ? "running" : row.ready ? "queued" : "sleeping",
    eventCount: row.events,
    stepCount: row.step_count,
    attempt: row.attempt ?? 0,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    wakesAt: row.leased || row.ready ? null : row.due_at,
    error: row.error === null ? null : shown(JSON.parse(row.error) as RunError),
  };
}

/** Copies an error without its `cause`, which may hold data of the function. */
function shown({ name, message, stack }: RunError): RunError {
  return { name, message, ...(stack === undefined ? {} : { stack }) };
}
