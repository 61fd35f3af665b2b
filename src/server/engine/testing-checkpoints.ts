import { randomUUID } from "node:crypto";

/** The body of a call, with the members that this file reads. */
export type CallBody = {
  events: unknown[];
  ctx: {
    run_id: string;
    step_id: string;
    attempt: number;
    disable_immediate_execution: boolean;
    stack: { stack: string[]; current: number };
    [key: string]: unknown;
  };
  steps: Record<string, unknown>;
  [key: string]: unknown;
};

/** The body that the SDK posts to `/v1/checkpoint/<run>/async`. */
export type CheckpointBody = {
  fn_id: string;
  qi_id: string;
  request_id?: string;
  generation_id?: number;
  steps: { id: string; op: string; data?: unknown; error?: unknown }[];
};

export type Dispatch = {
  runId: string;
  functionId: string;
  queueItemId: string;
  requestId: string;
  generation: number;
  body: CallBody;
  saved: number;
};

/** The steps of a run: all ids in the order of their completion, and the results of the checkpointed steps. */
type RunSteps = { order: string[]; memos: Map<string, unknown> };

/**
 * Keeps the steps that apps have checkpointed, and adds them to each later call of their run. The engine itself has no
 * checkpoints: such a run looks to it like a function that ran without a pause.
 */
export class Checkpoints {
  readonly #runs = new Map<string, RunSteps>();
  readonly #open = new Map<string, Dispatch>();
  readonly #functionIds = new Map<string, string>();
  #generation = 0;

  /**
   * Begins a call, whose body gets all checkpointed steps of its run. With `offer` it also gets the ids with which an
   * app may checkpoint.
   */
  begin(body: CallBody, functionName: string, offer: boolean): Dispatch {
    const runId = body.ctx.run_id;
    const run = this.#run(runId);
    for (const id of body.ctx.stack.stack) if (!run.order.includes(id)) run.order.push(id);
    const dispatch: Dispatch = {
      runId,
      functionId: this.#functionId(functionName),
      queueItemId: randomUUID(),
      requestId: randomUUID(),
      generation: ++this.#generation,
      body,
      saved: 0,
    };
    dispatch.body = {
      ...body,
      steps: { ...body.steps, ...Object.fromEntries(run.memos) },
      ctx: {
        ...body.ctx,
        stack: { stack: run.order, current: run.order.length },
        ...(offer ? { fn_id: dispatch.functionId, qi_id: dispatch.queueItemId } : {}),
      },
    };
    this.#open.set(dispatch.queueItemId, dispatch);
    return dispatch;
  }

  /** Ends a call, which can then checkpoint no more. Returns the number of steps that it has checkpointed. */
  end(dispatch: Dispatch): number {
    this.#open.delete(dispatch.queueItemId);
    return dispatch.saved;
  }

  /** Stores checkpointed steps. Returns false if the call has ended, or belongs to another run. */
  save(runId: string, { qi_id, fn_id, request_id, generation_id, steps }: CheckpointBody): boolean {
    const dispatch = this.#open.get(qi_id);
    if (dispatch?.runId !== runId || dispatch.functionId !== fn_id) return false;
    if (dispatch.requestId !== request_id || dispatch.generation !== generation_id) return false;
    const run = this.#run(runId);
    for (const { id, op, data } of steps) {
      if (op !== "StepRun") throw new Error(`A checkpoint with ${op} is not known`);
      if (run.memos.has(id)) throw new Error(`Step ${id} was checkpointed twice`);
      run.order.push(id);
      run.memos.set(id, { data: data ?? null });
      dispatch.saved += 1;
    }
    return true;
  }

  #run(id: string): RunSteps {
    const run = this.#runs.get(id) ?? { order: [], memos: new Map<string, unknown>() };
    this.#runs.set(id, run);
    return run;
  }

  /** Returns the function's id inside the server, which differs from its name. */
  #functionId(name: string): string {
    const id = this.#functionIds.get(name) ?? randomUUID();
    this.#functionIds.set(name, id);
    return id;
  }
}
