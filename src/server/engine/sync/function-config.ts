import type { CelExpression } from "../expression";

/** The configuration of a registered function, after its check. */
export type FunctionConfig = {
  /** The id of the function, `<app>-<function>`, which calls carry as `fnId`. */
  id: string;
  name: string;
  eventTriggers: EventTrigger[];
  /** The cron expressions in the form of the app's code, with the prefix `TZ=` if the app wrote one. */
  crons: string[];
  /** The most tries of each step, including the first. */
  attemptsMax: number;
  batch: BatchConfig | null;
  concurrency: ConcurrencyLimit[];
  /** The options in the form in which the app registered them, for people. */
  options: Record<string, unknown>;
};

export type EventTrigger = { event: string; if: CelExpression | null };
export type BatchConfig = { sizeMax: number; timeoutMs: number; key: CelExpression | null; if: CelExpression | null };

export type ConcurrencyLimit = { limit: number; key: CelExpression | null };

/** The registered functions, indexed by the event names that start them. */
export class FunctionIndex {
  readonly all: readonly FunctionConfig[];
  readonly #byId = new Map<string, FunctionConfig>();
  readonly #byName = new Map<string, FunctionConfig[]>();

  constructor(all: readonly FunctionConfig[]) {
    this.all = all;
    for (const fn of all) {
      this.#byId.set(fn.id, fn);
      for (const name of new Set(fn.eventTriggers.map(({ event }) => event)))
        this.#byName.set(name, [...(this.#byName.get(name) ?? []), fn]);
    }
  }

  get(id: string): FunctionConfig | undefined {
    return this.#byId.get(id);
  }

  /**
   * Returns the functions with a trigger for an event name, each once. The caller must still evaluate the trigger's
   * `if`.
   */
  listeners(eventName: string): readonly FunctionConfig[] {
    return this.#byName.get(eventName) ?? [];
  }
}

/** The character between the keys of a lane, for a function with two keyed limits. */
const LANE_SEPARATOR = "\u001f";

/**
 * Makes the lane of a run: the values of its concurrency keys as one text. A separator inside a value is replaced, so
 * that no value looks like two.
 */
export function makeLaneOfConcurrencyKeys(keys: readonly string[]): string {
  return keys.map((key) => key.replaceAll(LANE_SEPARATOR, "\uFFFD")).join(LANE_SEPARATOR);
}

/**
 * Returns the concurrency limits that count a run of this lane, each with the name under which running calls are
 * counted.
 */
export function listConcurrencyLimits(fn: FunctionConfig, lane: string): { name: string; limit: number }[] {
  const keys = lane.split(LANE_SEPARATOR);
  let next = 0;
  return fn.concurrency.map(({ limit, key }, index) => ({
    name: [fn.id, index, ...(key ? [keys[next++] ?? ""] : [])].join(LANE_SEPARATOR),
    limit,
  }));
}
