import type { Expression } from "../expression";

/** A function as the engine runs it: its registered configuration, checked and compiled. */
export type FunctionConfig = {
  /** `<app>-<function>`, as in the `fnId` of calls. */
  id: string;
  name: string;
  eventTriggers: EventTrigger[];
  /** Cron expressions as written, with their `TZ=` prefix. */
  crons: string[];
  /** By cron expression: the most that a start is put off after its tick, ms. */
  jitterMs: Record<string, number>;
  /** Tries of each step, the first included. */
  attemptsMax: number;
  batch: BatchConfig | null;
  concurrency: ConcurrencyLimit[];
  cancelOn: CancelConfig[];
  /** What limits when runs start and how long they may take; null for most functions, which then pay nothing for it. */
  flow: FlowControl | null;
  /** The registered options, for people. */
  options: Record<string, unknown>;
};

/** `event` may end in `*`: then it stands for every name that begins so. */
export type EventTrigger = { event: string; if: Expression | null };
export type BatchConfig = { sizeMax: number; timeoutMs: number; key: Expression | null; if: Expression | null };
export type CancelConfig = { event: string; if: Expression | null; timeoutMs: number | null };

export type FlowControl = {
  /** `rateLimit`, or `idempotency` as one start in 24 h: what comes too early is dropped. */
  rateLimit: Rate | null;
  /** What comes too early waits. */
  throttle: Rate | null;
  debounce: { key: Expression | null; periodMs: number; timeoutMs: number | null } | null;
  singleton: { key: FlowKey | null; mode: "skip" | "cancel" } | null;
  /** Gives seconds from -600 to 600 by which a run goes before its time, or behind it. */
  priority: Expression | null;
  timeouts: { startMs: number | null; finishMs: number | null } | null;
};

/** GCRA: one start every `intervalMs`, and `burst` at once after a quiet time. */
export type Rate = { key: FlowKey | null; intervalMs: number; burst: number };
/** `off` holds where the key is `false`: such an event is not limited at all. */
export type FlowKey = { value: Expression; off: Expression };

export type ConcurrencyLimit = {
  limit: number;
  key: Expression | null;
  /** Limits of scope env and account count across functions with the same key; one engine is one of either. */
  shared: boolean;
};

/** Functions by what starts them. */
export class FunctionIndex {
  readonly all: readonly FunctionConfig[];
  readonly #byId = new Map<string, FunctionConfig>();
  readonly #byName = new Map<string, FunctionConfig[]>();
  readonly #wildcards: { prefix: string; fn: FunctionConfig }[] = [];

  constructor(all: readonly FunctionConfig[]) {
    this.all = all;
    for (const fn of all) {
      this.#byId.set(fn.id, fn);
      for (const { event } of fn.eventTriggers) {
        if (event.endsWith("*")) this.#wildcards.push({ prefix: event.slice(0, -1), fn });
        else this.#byName.set(event, [...(this.#byName.get(event) ?? []), fn]);
      }
    }
  }

  get(id: string): FunctionConfig | undefined {
    return this.#byId.get(id);
  }

  /** Functions with a trigger for the name; its `if` is still to be asked. Each once. */
  listeners(eventName: string): FunctionConfig[] {
    const exact = this.#byName.get(eventName) ?? [];
    if (this.#wildcards.length === 0) return exact;
    const found = new Set(exact);
    for (const { prefix, fn } of this.#wildcards) if (eventName.startsWith(prefix)) found.add(fn);
    return [...found];
  }
}

export function triggerCovers(trigger: EventTrigger, eventName: string): boolean {
  return trigger.event.endsWith("*") ? eventName.startsWith(trigger.event.slice(0, -1)) : trigger.event === eventName;
}

/** The limits that a run of this lane counts against, each under the name of what it counts. */
export function limitsOf(fn: FunctionConfig, lane: string): { name: string; limit: number }[] {
  const keys = lane === "" ? [] : lane.split(LANE_SEPARATOR);
  let next = 0;
  return fn.concurrency.map(({ limit, key, shared }, index) => {
    if (!key) return { name: `${fn.id}\u001f${index}`, limit };
    const value = keys[next++] ?? "";
    return { name: shared ? `\u001f${key.source}\u001f${value}` : `${fn.id}\u001f${index}\u001f${value}`, limit };
  });
}

/** Between the keys of a lane, when a function has two keyed limits. */
export const LANE_SEPARATOR = "\u001f";
