import { resolve } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Logger } from "@/server/log";
import type { Question, TurnAnswer } from "./protocol";

/** `holds` is null where it was not evaluated; `tookMs` counts all the same. */
type Evaluated = { holds: boolean | null; tookMs: number };

/** A thread that evaluates regular expressions: a little for each of those who wait, in turn. */
export type Evaluator = {
  /** @param mayBegin asked when its turn has come; where it says no, nothing is evaluated. Never rejects. */
  evaluate(owner: string, question: Question, mayBegin: () => boolean): Promise<Evaluated>;
  close(): Promise<void>;
};

type Waiting = { question: Question; mayBegin: () => boolean; done: (result: Evaluated) => void };

/** What one owner gets at a time, in steps: about 30 ms at the worst, or one evaluation. */
const TURN_STEPS = 1_000_000;
const TURN_MAX = 100;
/** No turn takes so long, however busy the machine is: the thread must be stuck, and another takes its place. */
const STUCK_AFTER_MS = 10_000;

const unasked: Evaluated = { holds: null, tookMs: 0 };

export function createEvaluator(log: Logger): Evaluator {
  const queues = new Map<string, Waiting[]>();
  let worker: Worker | null = null;
  let current: { turn: Waiting[]; startedAt: number; timer: NodeJS.Timeout } | null = null;
  let isClosed = false;

  const end = (answers: TurnAnswer | null): void => {
    if (!current) return;
    const { turn, startedAt, timer } = current;
    clearTimeout(timer);
    current = null;
    // Whoever was being evaluated when the thread ended is to blame, or one of these: all pay.
    const lost: Evaluated = { holds: null, tookMs: (performance.now() - startedAt) / turn.length };
    turn.forEach(({ done }, index) => done(answers?.[index] ?? lost));
    next();
  };

  const start = (): Worker => {
    // Looked up so that a bundler, which moves this module, does not follow it into that file: it is loaded as it lies there.
    const threads = process.getBuiltinModule("node:worker_threads");
    const started = new threads.Worker(resolve("src/server/patterns/worker.mjs"), { execArgv: [] });
    const gone = (error: unknown): void => {
      if (worker !== started) return;
      worker = null;
      if (!isClosed) log.error({ err: error }, "the thread for regular expressions ended");
      end(null);
    };
    started.on("message", (answers: TurnAnswer) => end(answers));
    started.on("error", gone);
    started.on("exit", gone);
    return started;
  };

  const next = (): void => {
    if (current || isClosed) return;
    const turn = takeTurn(queues);
    if (turn.length === 0) {
      worker?.unref();
      return;
    }
    worker ??= start();
    worker.ref();
    const timer = setTimeout(() => void worker?.terminate(), STUCK_AFTER_MS);
    current = { turn, startedAt: performance.now(), timer };
    worker.postMessage(turn.map(({ question }) => question));
  };

  return {
    evaluate: (owner, question, mayBegin) =>
      new Promise((done) => {
        if (isClosed) return done(unasked);
        const queue = queues.get(owner) ?? [];
        queue.push({ question, mayBegin, done });
        queues.set(owner, queue);
        next();
      }),
    async close() {
      isClosed = true;
      for (const { done } of [...queues.values()].flat()) done(unasked);
      queues.clear();
      await worker?.terminate();
    },
  };
}

/** The next evaluations of the owner whose turn it is; it then goes to the end of the line. */
function takeTurn(queues: Map<string, Waiting[]>): Waiting[] {
  for (const [owner, queue] of queues) {
    queues.delete(owner);
    const turn: Waiting[] = [];
    let steps = 0;
    let taken = 0;
    for (const waiting of queue) {
      if (turn.length >= TURN_MAX || (turn.length > 0 && steps >= TURN_STEPS)) break;
      taken += 1;
      if (!waiting.mayBegin()) {
        waiting.done(unasked);
        continue;
      }
      steps += waiting.question.steps;
      turn.push(waiting);
    }
    if (taken < queue.length) queues.set(owner, queue.slice(taken));
    if (turn.length > 0) return turn;
  }
  return [];
}
