import type { Rendered } from "../../domain/action/webhook/template/template";
import type { FilterResult } from "../../domain/filter/evaluate";

/** What a thread can be asked. Payloads cross as JSON text: copying a text costs next to nothing. */
export type Task =
  /** Does a regular expression match a text? */
  | { kind: "regex"; source: string; text: string }
  /** What a template makes of envelopes. */
  | { kind: "render"; template: string; envelopes: readonly string[] }
  /** What a filter makes of states of its event source. */
  | { kind: "filter"; eventSource: string; filter: unknown; states: readonly string[]; explain: boolean };

/** What a filter found in one state; `overTime`: the regular expression that took too long, so that nothing was found. */
export type StateAnswer =
  | { overTime: null; result: FilterResult; links: { traceId: string | null; sessionId: string | null } }
  | { overTime: string };

/** A list is answered from its beginning, as far as one slice of time goes: at least its first item. */
export type Answer<T extends Task> = T extends { kind: "regex" }
  ? boolean
  : T extends { kind: "render" }
    ? Rendered[]
    : StateAnswer[];

/** Tasks of one project, in order. The thread answers each; after its slice of time it leaves the others unanswered. */
export type Turn<T = Task> = { tasks: readonly T[]; sliceMs: number };
export type ThreadMessage =
  | { kind: "ready" }
  | { kind: "answer"; answer: unknown; tookMs: number }
  | { kind: "failure"; message: string; tookMs: number }
  | { kind: "end" };
