import { keyOf } from "../expression";
import {
  afterStarts,
  flowKey,
  lockFlow,
  nameOf,
  startsAllowed,
  writeFlow,
  type FlowName,
  type FlowState,
} from "./flow-control";
import type { NewRun, UnitOfWork } from "./unit-of-work";

const DAY_MS = 86_400_000;

/** The runs that start, and the runs that end because of it (singletons of mode cancel). */
type Admitted = { runs: NewRun[]; superseded: string[] };

/**
 * Which of the collected runs start: not those whose key has started one within 24 h, nor those that a rate limit or a
 * singleton drops, nor those that a debounce puts off. The states of limits stay locked until the transaction ends.
 */
export async function admit(work: UnitOfWork): Promise<Admitted> {
  const runs = await withoutDuplicates(work, work.newRuns);
  work.newRuns = [];
  const names = runs.flatMap((run) => (run.fn.flow ? namesOf(run) : []));
  if (names.length === 0) return { runs, superseded: [] };
  const states = await lockFlow(work.tx, names);
  await work.lock([...states.values()].flatMap((state) => state.runId ?? []));
  const admission = new Admission(work, states);
  for (const run of runs) admission.decide(run);
  await writeFlow(work.tx, [...states.values()], work.ctx.clock.now());
  await forget(work, admission.dropped);
  return { runs: admission.runs, superseded: admission.superseded };
}

/** The states that decide about the run. */
function namesOf({ fn, event, parent, settled }: NewRun): FlowName[] {
  const { rateLimit = null, debounce = null, singleton = null } = fn.flow ?? {};
  const names: { kind: FlowName["kind"]; key: string | null }[] = [];
  if (rateLimit && !settled) names.push({ kind: "rate", key: flowKey(rateLimit.key, event.view) });
  if (debounce && !settled && !parent)
    names.push({ kind: "debounce", key: debounce.key ? keyOf(debounce.key, event.view) : "" });
  if (singleton) names.push({ kind: "singleton", key: flowKey(singleton.key, event.view) });
  return names.flatMap(({ kind, key }) => (key === null ? [] : [{ functionId: fn.id, kind, key }]));
}

class Admission implements Admitted {
  readonly runs: NewRun[] = [];
  readonly superseded: string[] = [];
  readonly dropped: { run: NewRun; by: string }[] = [];
  readonly #work: UnitOfWork;
  readonly #states: Map<string, FlowState>;
  readonly #fresh = new Set<string>();

  constructor(work: UnitOfWork, states: Map<string, FlowState>) {
    this.#work = work;
    this.#states = states;
  }

  /** In the order of an Inngest server: the rate limit counts what is debounced or skipped after it, too. */
  decide(run: NewRun): void {
    const states = new Map(namesOf(run).map((name) => [name.kind, this.#states.get(nameOf(name))]));
    const [rate, debounce, singleton] = [states.get("rate"), states.get("debounce"), states.get("singleton")];
    if (rate && !this.#withinRate(run, rate)) return void this.dropped.push({ run, by: "rateLimit" });
    if (debounce) return this.#putOff(run, debounce);
    if (singleton && !this.#takeSingleton(run, singleton)) return void this.dropped.push({ run, by: "singleton" });
    this.#fresh.add(run.id);
    this.runs.push(run);
  }

  #withinRate(run: NewRun, state: FlowState): boolean {
    const rate = run.fn.flow?.rateLimit;
    const now = this.#work.ctx.clock.now();
    if (!rate || startsAllowed(state.at, rate, now) === 0) return false;
    state.at = afterStarts(state.at, rate, now, 1);
    return true;
  }

  /** The run starts later, with the latest event by then. An event that is older by its `ts` does not count. */
  #putOff(run: NewRun, state: FlowState): void {
    const debounce = run.fn.flow?.debounce;
    const { ts } = run.event.fields;
    if (!debounce || (state.eventId !== null && state.at !== null && state.at > ts)) return;
    const now = this.#work.ctx.clock.now();
    if (state.eventId === null) state.endsAt = debounce.timeoutMs === null ? null : now + debounce.timeoutMs;
    state.eventId = run.event.id;
    state.at = ts;
    state.dueAt = Math.min(now + debounce.periodMs, state.endsAt ?? Infinity);
    this.#work.noteDue(state.dueAt);
  }

  #takeSingleton(run: NewRun, state: FlowState): boolean {
    const { runId } = state;
    if (runId !== null && (this.#fresh.has(runId) || this.#work.run(runId))) {
      if (run.fn.flow?.singleton?.mode === "skip") return false;
      this.superseded.push(runId);
    }
    state.runId = run.id;
    return true;
  }
}

/** Runs that do not start leave no trace; a step that invoked one fails. */
async function forget(work: UnitOfWork, dropped: { run: NewRun; by: string }[]): Promise<void> {
  const keyed = dropped.filter(({ run }) => run.idempotencyKey !== null);
  if (keyed.length > 0) {
    await work.tx.query(
      "delete from engine.idempotency i using unnest($1::text[], $2::text[]) as d(function_id, run_id) where i.function_id = d.function_id and i.run_id = d.run_id",
      [keyed.map(({ run }) => run.fn.id), keyed.map(({ run }) => run.id)],
    );
  }
  for (const { run, by } of dropped) {
    const { runId, stepId } = run.parent ?? { runId: "", stepId: "" };
    const parent = work.run(runId);
    if (!parent) continue;
    work.newItems = work.newItems.filter((item) => item.runId !== runId || item.stepId !== stepId);
    const error = { name: "Error", message: `step.invoke: ${by} of "${run.fn.id}" did not let it start` };
    work.resume(parent, { id: stepId, op: "InvokeFunction", name: run.fn.id, memo: JSON.stringify({ error }) });
  }
}

/** Drops runs whose key has started one within 24 h, or one that is still live. */
async function withoutDuplicates(work: UnitOfWork, runs: NewRun[]): Promise<NewRun[]> {
  const keyed = new Map<string, NewRun>();
  for (const run of runs) {
    const key = `${run.fn.id} ${run.idempotencyKey ?? ""}`;
    if (run.idempotencyKey !== null && !keyed.has(key)) keyed.set(key, run);
  }
  if (keyed.size === 0) return runs;
  const now = work.ctx.clock.now();
  // In the order of the key: two transactions with the same keys must not wait for each other crosswise.
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
