import { resolve } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Logger } from "@/server/log";
import type { MessageFromThread, TasksOfThreadTurn } from "./thread-tasks";

/**
 * How a task ended. `refused`: `mayBegin` returned false, or the queue is closed. `stopped`: it was the first
 * unanswered task when its thread ended, mostly because it ran too long or took too much memory. `failed`: it threw, or
 * three threads ended without an answer. `tookMs`: its time in the thread.
 */
type Ended<T> =
  | { kind: "answered"; answer: T; tookMs: number }
  | { kind: "refused" }
  | { kind: "stopped"; message: string; tookMs: number }
  | { kind: "failed"; message: string; tookMs: number };

/**
 * A worker thread with a queue of tasks for each project. Projects take turns of limited length. With `pauses`, a
 * project pauses after a full turn for as long as the turn took, because the event loop and the database share the
 * cores.
 */
export type ThreadQueue<Task> = {
  /**
   * Runs a task in the thread. It never rejects.
   * @param mayBegin decides at the task's turn whether to run it; it gets the ms that the task waited while a thread
   * was running
   */
  run<Answer>(projectId: string, task: Task, mayBegin: (waitedMs: number) => boolean): Promise<Ended<Answer>>;
  close(): Promise<void>;
};

export type ThreadLimits = {
  /** The length of a project's turn, in ms. */
  sliceMs: number;
  /** The longest time of one task, in ms. After it the thread is replaced. No regular task takes as long. */
  hardStopMs: number;
  /** Whether a project pauses after a turn that it used up. */
  pauses: boolean;
  /** The most tasks that the thread receives for one turn. */
  tasksMax: number;
};
export const defaultThreadLimits: ThreadLimits = { sliceMs: 30, hardStopMs: 5_000, pauses: true, tasksMax: 100 };

type ThreadOptions<Task> = {
  /** The path of the thread's script, from the root of the repository. */
  script: string;
  limits: ThreadLimits;
  /**
   * How many steps of `nice`, from 0 to 19, the thread's priority is below that of the program. Default: 0. Only Linux
   * gives a thread a priority of its own.
   */
  niceness?: number;
  /**
   * Returns the buffers of a task that `postMessage` transfers to the thread instead of copying them. Here they are
   * empty afterwards, so the task cannot be sent again, and `tasksMax` must be 1.
   */
  movesOf?: (task: Task) => ArrayBuffer[];
};

type Waiting = {
  task: unknown;
  since: number;
  mayBegin: (waitedMs: number) => boolean;
  done: (ended: Ended<never>) => void;
  losses: number;
};
type Current = { projectId: string; turn: Waiting[]; begunAt: number; startedAt: number; timer: NodeJS.Timeout | null };

/** The longest time for the start of a thread, in ms. A thread reads a few hundred files when it starts. */
const START_MAX_MS = 60_000;
/**
 * A task that waits behind others fails when this many threads have ended before they answered it. The task in work
 * when a started thread ends is not tried again: it ends as `stopped`.
 */
const LOSSES_MAX = 3;
/** The largest heap of the thread, in MB. Above it the thread ends, so that the program does not run out of memory. */
const HEAP_MAX_MB = 768;

export function createThreadQueue<Task>(
  name: string,
  log: Logger,
  { script, limits, niceness = 0, movesOf = () => [] }: ThreadOptions<Task>,
): ThreadQueue<Task> {
  const queues = new Map<string, Waiting[]>();
  let worker: Worker | null = null;
  let isReady = false;
  let readySince = 0;
  let current: Current | null = null;
  let isClosed = false;
  /** The projects that pause, with the end of their pauses. */
  const pausing = new Map<string, number>();
  let pause: NodeJS.Timeout | undefined;

  const watch = (ms: number): void => {
    if (!current) return;
    if (current.timer) clearTimeout(current.timer);
    current.timer = setTimeout(() => void worker?.terminate(), ms);
    current.startedAt = performance.now();
  };

  const onMessage = (message: MessageFromThread): void => {
    if (message.kind === "ready") {
      isReady = true;
      readySince = performance.now();
      if (current) begin(current);
      return;
    }
    if (!current) return;
    if (message.kind === "end") {
      endTurn();
      return;
    }
    const { done } = current.turn.shift()!;
    watch(limits.hardStopMs);
    const { tookMs } = message;
    if (message.kind === "answer") done({ kind: "answered", answer: message.answer as never, tookMs });
    else done({ kind: "failed", message: message.message, tookMs });
  };

  /** Puts the tasks that the turn left unanswered back to the head of their project's queue. */
  const endTurn = (): void => {
    if (!current) return;
    const { projectId, turn, begunAt, timer } = current;
    if (timer) clearTimeout(timer);
    current = null;
    const now = performance.now();
    const tookMs = now - begunAt;
    if (begunAt > 0 && limits.pauses && tookMs > limits.sliceMs) pausing.set(projectId, now + tookMs);
    if (turn.length > 0) queues.set(projectId, [...turn, ...(queues.get(projectId) ?? [])]);
    next();
  };

  /**
   * Handles the end of the thread. If the thread had started, the first unanswered task of the turn ends as `stopped`.
   * All other tasks run again, unless `LOSSES_MAX` threads have ended before they answered them.
   */
  const onGone = (error: unknown): void => {
    const wasReady = isReady;
    worker = null;
    isReady = false;
    if (isClosed) return;
    const tookMs = current ? performance.now() - current.startedAt : 0;
    log.error({ err: error, thread: name, tookMs: Math.round(tookMs) }, "a worker thread ended, and is replaced");
    if (current && wasReady) {
      const message = isMemory(error) ? "it takes too much memory" : `it takes longer than ${limits.hardStopMs} ms`;
      current.turn.shift()?.done({ kind: "stopped", message, tookMs });
    }
    if (current) current.turn = current.turn.filter(isTriedAgain);
    endTurn();
  };

  const start = (): Worker => {
    /*
     * The script's path is computed at run time, so that no bundler includes the script. The thread loads it from the
     * repository's files.
     */
    const threads = process.getBuiltinModule("node:worker_threads");
    const started = new threads.Worker(resolve(script), {
      execArgv: [],
      name,
      workerData: { niceness },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    });
    let last: unknown = null;
    started.on("message", onMessage);
    started.on("error", (error) => (last = error));
    started.on("exit", () => {
      if (worker === started) onGone(last);
    });
    return started;
  };

  const begin = (begun: Current): void => {
    watch(limits.hardStopMs);
    begun.begunAt = begun.startedAt;
    const { turn } = begun;
    const tasks = turn.map(({ task }) => task as Task);
    worker!.postMessage({ tasks, sliceMs: limits.sliceMs } satisfies TasksOfThreadTurn<Task>, tasks.flatMap(movesOf));
  };

  const next = (): void => {
    if (current || isClosed) return;
    const now = performance.now();
    for (const [projectId, until] of pausing) if (until <= now) pausing.delete(projectId);
    clearTimeout(pause);
    const taken = takeTurn(queues, { pausing, readySince: isReady ? readySince : now, tasksMax: limits.tasksMax });
    if (!taken) {
      const waits = [...queues.keys()].map((projectId) => (pausing.get(projectId) ?? now) - now);
      if (waits.length > 0) pause = setTimeout(next, Math.ceil(Math.min(...waits)));
      else worker?.unref();
      return;
    }
    current = { ...taken, begunAt: 0, startedAt: now, timer: null };
    worker ??= start();
    worker.ref();
    if (isReady) begin(current);
    else watch(START_MAX_MS);
  };

  return {
    run: (projectId, task, mayBegin) =>
      new Promise((done) => {
        if (isClosed) return done({ kind: "refused" });
        const queue = queues.get(projectId) ?? [];
        queue.push({ task, mayBegin, since: performance.now(), done: done as Waiting["done"], losses: 0 });
        queues.set(projectId, queue);
        next();
      }),
    async close() {
      isClosed = true;
      clearTimeout(pause);
      const waiting = [...(current?.turn ?? []), ...[...queues.values()].flat()];
      if (current?.timer) clearTimeout(current.timer);
      current = null;
      queues.clear();
      for (const { done } of waiting) done({ kind: "refused" });
      await worker?.terminate();
    },
  };
}

function isTriedAgain(waiting: Waiting): boolean {
  waiting.losses += 1;
  if (waiting.losses < LOSSES_MAX) return true;
  waiting.done({ kind: "failed", message: "the thread for it ended several times", tookMs: 0 });
  return false;
}

const isMemory = (error: unknown): boolean => (error as { code?: string } | null)?.code === "ERR_WORKER_OUT_OF_MEMORY";

/** Removes the next tasks of the project whose turn it is, and moves the project to the end of the order. */
function takeTurn(
  queues: Map<string, Waiting[]>,
  { pausing, readySince, tasksMax }: { pausing: ReadonlyMap<string, number>; readySince: number; tasksMax: number },
): { projectId: string; turn: Waiting[] } | null {
  for (const [projectId, queue] of queues) {
    if (pausing.has(projectId)) continue;
    queues.delete(projectId);
    const turn: Waiting[] = [];
    let taken = 0;
    for (const waiting of queue) {
      if (turn.length >= tasksMax) break;
      taken += 1;
      const waitedMs = performance.now() - Math.max(waiting.since, readySince);
      if (waiting.mayBegin(waitedMs)) turn.push(waiting);
      else waiting.done({ kind: "refused" });
    }
    if (taken < queue.length) queues.set(projectId, queue.slice(taken));
    if (turn.length > 0) return { projectId, turn };
  }
  return null;
}
