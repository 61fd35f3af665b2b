import type { RenderResult } from "../../domain/action/webhook/template/template";
import type { FilterDistance, FilterResult } from "../../domain/filter/compile-filter";

/** The tasks of a worker thread. Payloads are sent as JSON text, because copying a text costs next to nothing. */
export type ThreadTask =
  /** Tests whether a regular expression matches a text. */
  | { kind: "regex"; source: string; text: string }
  /** Renders a template for envelopes. */
  | { kind: "render"; template: string; envelopes: readonly string[] }
  /** Evaluates a filter over states of its event source. `measure` asks for the distance of each state from a match. */
  | {
      kind: "filter";
      eventSource: string;
      filter: unknown;
      states: readonly string[];
      explain: boolean;
      measure: boolean;
    };

/**
 * The result of a filter for one state. `overTime` names a regular expression that took too long; then there is no
 * result.
 */
export type FilterAnswerForState =
  | {
      overTime: null;
      result: FilterResult;
      links: { traceId: string | null; sessionId: string | null };
      /**
       * the distance of the state from a match; null if the task did not ask for it, or if evaluating every condition
       * takes too long
       */
      distance: FilterDistance | null;
    }
  | { overTime: string };

/**
 * The answer to a task. A list has answers only for its first items: as many as one slice of time allows, and at least
 * one.
 */
export type ThreadAnswer<T extends ThreadTask> = T extends { kind: "regex" }
  ? boolean
  : T extends { kind: "render" }
    ? RenderResult[]
    : FilterAnswerForState[];

/**
 * Tasks of one project, in order. The thread answers as many as its slice of time allows. The queue sends the remaining
 * tasks again.
 */
export type ThreadTurn<T = ThreadTask> = { tasks: readonly T[]; sliceMs: number };
export type ThreadMessage =
  | { kind: "ready" }
  | { kind: "answer"; answer: unknown; tookMs: number }
  | { kind: "failure"; message: string; tookMs: number }
  | { kind: "end" };
