import type { EngineContext } from "../context";
import type { EngineTransaction } from "../engine-database";
import type { EngineProblems } from "../engine-problems";
import { LEASE_SECONDS } from "../lease-time";
import { listConcurrencyLimits, type FunctionConfig } from "../sync/function-config";
import type { LeasedCall } from "../types";
import { formBatches, findCompleteBatches } from "./form-batches";
import { chooseCallsToLease, type LeasableWork, type RunningCallsByLimit } from "./choose-calls-to-lease";
import type { CallExecutor } from "./call-executor";
import { readWaitingWork, type WaitingWork } from "./read-waiting-work";
import { WakeableLoop } from "./wakeable-loop";

/** The second number of the advisory lock that the process holds while it leases calls. */
const LEASING_LOCK = 1;
const VAIN_LOOKS_MAX = 20;

/**
 * Leases as many ready calls and batches as this process may still execute, in one transaction. Only one process leases
 * at a time, under an advisory lock for a few milliseconds. So two processes never exceed a concurrency limit together.
 */
export class CallLeaser {
  /** Whether ready calls or batches still wait for a lease. If so, the end of a call starts the next transaction. */
  workLeft = false;
  readonly #ctx: EngineContext;
  readonly #executor: CallExecutor;
  readonly #roomMax: number;
  readonly #loop: WakeableLoop;
  readonly #cursors = new Map<string, string>();
  #lastLanes: ReadonlyMap<string, string> = new Map();
  #turn = 0;
  /** The number of consecutive transactions that leased nothing. */
  #vainLooks = 0;
  #unseen = false;
  #cancelTimer: () => void = () => undefined;

  constructor(
    ctx: EngineContext,
    problems: EngineProblems,
    { executor, roomMax }: { executor: CallExecutor; roomMax: number },
  ) {
    this.#ctx = ctx;
    this.#executor = executor;
    this.#roomMax = roomMax;
    this.#loop = new WakeableLoop("leasing", problems, () => this.#round());
  }

  wake(): void {
    this.#vainLooks = 0;
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    this.#cancelTimer();
    await this.#loop.stop();
  }

  async #round(): Promise<void> {
    const room = this.#roomMax - this.#executor.held.size;
    const { functions } = this.#ctx;
    if (functions.all.length === 0 || !this.#ctx.present) return;
    if (room <= 0) {
      this.workLeft = true;
      return;
    }
    const leased = await this.#ctx.db.tx((tx) => this.#lease(tx, room), { relaxed: true, lock: LEASING_LOCK });
    if (leased.length > 0) this.#executor.start(leased);
    /*
     * Another round visits the lanes that this one left out. At most 20 rounds in a row may lease nothing, because all
     * lanes may be at their limits.
     */
    this.#vainLooks = leased.length > 0 ? 0 : this.#vainLooks + 1;
    if (this.#unseen && this.#vainLooks < VAIN_LOOKS_MAX) this.#loop.wake();
  }

  async #lease(tx: EngineTransaction, room: number): Promise<LeasedCall[]> {
    // Each round begins with another function, so that no function always comes first.
    const { all } = this.#ctx.functions;
    this.#unseen = false;
    const start = this.#turn++ % all.length;
    const functions = [...all.slice(start), ...all.slice(0, start)];
    const work = await readWaitingWork(tx, { functions, cursors: this.#cursors, room });
    const calls = this.#offerCalls(functions, work.ready, room);
    const batches = findCompleteBatches(this.#ctx, { functions, lanes: work.batches, cursors: this.#cursors });
    const usage = usageOf(this.#ctx, work.leased);
    const choice = chooseCallsToLease([...calls, ...batches.offers], { usage, room, lastLanes: this.#lastLanes });
    this.#lastLanes = choice.lastLanes;
    this.#unseen ||= batches.unseen;
    this.workLeft = choice.left || this.#unseen;
    this.#wakeAt(batches.dueAt);
    const token = this.#ctx.newToken();
    return [
      ...(await leaseItems(this.#ctx, tx, { itemIds: choice.itemIds, token })),
      ...(await formBatches(this.#ctx, tx, { batches: choice.batches, token })),
    ];
  }

  /**
   * Returns the ready calls of up to `room` lanes (calls with the same concurrency keys) of each function, from behind
   * the last visited lane.
   */
  #offerCalls(functions: FunctionConfig[], rows: WaitingWork["ready"], room: number): LeasableWork[] {
    const offers: LeasableWork[] = [];
    for (const fn of functions) {
      const lanes = rows.filter(({ functionId }) => functionId === fn.id);
      const last = lanes.at(-1);
      // If fewer lanes than `room` came, the list of lanes has ended, and the next round starts at its beginning.
      const wrapped = this.#cursors.delete(fn.id);
      if (last && lanes.length >= room) this.#cursors.set(fn.id, last.lane);
      if (wrapped || this.#cursors.has(fn.id)) this.#unseen = fn.concurrency.some(({ key }) => key) || this.#unseen;
      for (const { lane, ids } of lanes) offers.push({ kind: "call", fn, lane, itemIds: ids });
    }
    return offers;
  }

  #wakeAt(dueAt: number | null): void {
    this.#cancelTimer();
    this.#cancelTimer = dueAt === null ? () => undefined : this.#ctx.clock.schedule(dueAt, () => this.wake());
  }
}

function usageOf(ctx: EngineContext, leased: WaitingWork["leased"]): RunningCallsByLimit {
  const usage: RunningCallsByLimit = new Map();
  for (const { functionId, lane, count } of leased) {
    const fn = ctx.functions.get(functionId);
    if (!fn) continue;
    for (const { name } of listConcurrencyLimits(fn, lane)) usage.set(name, (usage.get(name) ?? 0) + count);
  }
  return usage;
}

async function leaseItems(
  ctx: EngineContext,
  tx: EngineTransaction,
  { itemIds, token }: { itemIds: string[]; token: string },
): Promise<LeasedCall[]> {
  if (itemIds.length === 0) return [];
  const rows = await tx.query<{
    id: string;
    run_id: string;
    function_id: string;
    lane: string;
    step_id: string;
    attempt: number;
    lost: number;
    event_ids: string[];
    force_plan: boolean;
    step_count: number;
  }>(
    `/* prepared */
     update engine.item i
        set state = 'leased', lease_token = $2, leased_by = $3,
          lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
       from engine.run r
      where i.id = any($1::bigint[]) and i.state = 'ready' and r.id = i.run_id
      returning i.id, i.run_id, i.function_id, i.lane, i.step_id, i.attempt, i.lost, r.event_ids, r.force_plan,
        r.step_count`,
    [itemIds, token, ctx.processNum],
  );
  return rows.map((row) => ({
    itemId: row.id,
    token,
    runId: row.run_id,
    functionId: row.function_id,
    lane: row.lane,
    stepId: row.step_id,
    attempt: row.attempt,
    lost: row.lost,
    forcePlan: row.force_plan,
    eventIds: row.event_ids,
    events: [],
    steps: [],
    stepsStale: row.step_count > 0,
    calledAt: 0,
  }));
}
