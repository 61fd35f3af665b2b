import type { RenderResult } from "../../domain/action/webhook/template/template";
import type { FilterDistance, FilterResult } from "../../domain/filter/compile-filter";

/** The tasks of a worker thread. Events and states are sent as JSON text, because text is cheap to copy. */
export type ThreadTask =
  /** Tests whether a regular expression matches a text. */
  | { kind: "regex"; source: string; text: string }
  /** Renders the template of a webhook for each of several events. */
  | { kind: "render"; template: string; envelopes: readonly string[] }
  /**
   * Evaluates a filter over states of one event source. `measure`: also computes how far each state is from a match.
   */
  | {
      kind: "filter";
      eventSource: string;
      filter: unknown;
      states: readonly string[];
      explain: boolean;
      measure: boolean;
    };

/**
 * The result of a filter for one state. If `overTime` is set, it names the regular expression that took too long, and
 * there is no result.
 */
export type FilterAnswerForState =
  | {
      overTime: null;
      result: FilterResult;
      links: { traceId: string | null; sessionId: string | null };
      /** How far the state is from a match; null if the task did not ask for it, or if it takes too long. */
      distance: FilterDistance | null;
    }
  | { overTime: string };

/**
 * The answer to a task. A list has answers for at least its first item, and for as many more as the turn's time allows.
 */
export type ThreadAnswer<T extends ThreadTask> = T extends { kind: "regex" }
  ? boolean
  : T extends { kind: "render" }
    ? RenderResult[]
    : FilterAnswerForState[];

/**
 * The tasks of one turn, all of one project. The thread answers as many as `sliceMs` allows, and the queue sends the
 * others again.
 */
export type TasksOfThreadTurn<T = ThreadTask> = { tasks: readonly T[]; sliceMs: number };
/** `answer` and `failure`: the outcome of the next task of the turn. `end`: the end of the turn. */
export type MessageFromThread =
  | { kind: "ready" }
  | { kind: "answer"; answer: unknown; tookMs: number }
  | { kind: "failure"; message: string; tookMs: number }
  | { kind: "end" };
