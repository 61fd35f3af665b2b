import { setImmediate as nextTurn } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import { isTransientDatabaseError } from "@/server/db/transient-errors";
import type { ActionRef } from "../action-ref";
import type { ProjectWorkQueues } from "./project-work-queues";

/**
 * Runs one statement of an action. Requests of a project's actions that wait at the same time share a statement: with a
 * statement for each action, an event for 50 endpoints cost ten times as many as an event for one.
 */
export type BatchedStatement<Ask, Answer> = (ctx: ServiceContext, key: ActionRef, ask: Ask) => Promise<Answer>;

/** A request to a batch: the action, and what the statement needs to know about it. */
export type BatchRequest<Ask> = { actionId: string; ask: Ask };

type BatchOptions<Ask> = {
  /** whether a batch may hold several requests of one action */
  mayRepeat?: boolean;
  /** a batch ends with the request that brings the sum of sizes to `max` */
  size?: { of(ask: Ask): number; max: number };
};

type Waiting<Ask, Answer> = BatchRequest<Ask> & {
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
};

const BATCH_MAX = 50;

/**
 * Makes a batched statement. A project has one batch of it at a time; meanwhile further requests gather. If a batch of
 * several requests fails, each request runs alone, so that the data of one action cannot stop others. If the database
 * is away, all requests of the batch fail.
 * @param run runs the statement for requests of one project, and returns the answers in their order. A failed call must
 * have changed nothing.
 */
export function createBatchedStatement<Ask, Answer>(
  turns: ProjectWorkQueues,
  run: (ctx: ServiceContext, projectId: string, requests: readonly BatchRequest<Ask>[]) => Promise<readonly Answer[]>,
  options: BatchOptions<Ask> = {},
): BatchedStatement<Ask, Answer> {
  /** the waiting requests of each project that has a batch under way or planned */
  const projects = new Map<string, Waiting<Ask, Answer>[]>();

  const runBatch = async (
    ctx: ServiceContext,
    projectId: string,
    batch: readonly Waiting<Ask, Answer>[],
  ): Promise<void> => {
    try {
      const answers = await run(ctx, projectId, batch);
      for (const [n, { resolve }] of batch.entries()) resolve(answers[n]!);
    } catch (error) {
      if (batch.length === 1 || isTransientDatabaseError(error)) for (const { reject } of batch) reject(error);
      else for (const request of batch) await runBatch(ctx, projectId, [request]);
    }
  };

  const runWaiting = async (ctx: ServiceContext, projectId: string): Promise<void> => {
    const waiting = projects.get(projectId)!;
    while (waiting.length > 0) {
      // Requests of one moment are made one after the other. This pause lets them all join `waiting` before a batch is
      // taken.
      await nextTurn();
      await turns.run(projectId, () => runBatch(ctx, projectId, takeBatch(waiting, options)));
    }
    projects.delete(projectId);
  };

  return (ctx, { projectId, actionId }, ask) =>
    new Promise((resolve, reject) => {
      const request = { actionId, ask, resolve, reject };
      const waiting = projects.get(projectId);
      if (waiting) return void waiting.push(request);
      projects.set(projectId, [request]);
      void runWaiting(ctx, projectId);
    });
}

/** Takes requests for a batch out of the waiting ones. What does not fit waits for the next batch. */
function takeBatch<Ask, Request extends BatchRequest<Ask>>(
  waiting: Request[],
  { mayRepeat = false, size = { of: () => 1, max: BATCH_MAX } }: BatchOptions<Ask>,
): Request[] {
  const batch: Request[] = [];
  const taken = new Set<string>();
  let room = size.max;
  for (const request of waiting.splice(0)) {
    if (room <= 0 || (!mayRepeat && taken.has(request.actionId))) waiting.push(request);
    else {
      batch.push(request);
      taken.add(request.actionId);
      room -= size.of(request.ask);
    }
  }
  return batch;
}
