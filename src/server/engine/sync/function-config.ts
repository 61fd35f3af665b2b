import type { CelExpression } from "../expression";

/** A registered function. Its configuration has been checked and compiled. */
export type FunctionConfig = {
  /** The function's id in the `fnId` of calls: `<app>-<function>`. */
  id: string;
  name: string;
  eventTriggers: EventTrigger[];
  /** The cron expressions as they were written, with their `TZ=` prefix. */
  crons: string[];
  /** The most tries of each step, including the first. */
  attemptsMax: number;
  batch: BatchConfig | null;
  concurrency: ConcurrencyLimit[];
  /** The registered options, for people. */
  options: Record<string, unknown>;
};

export type EventTrigger = { event: string; if: CelExpression | null };
export type BatchConfig = { sizeMax: number; timeoutMs: number; key: CelExpression | null; if: CelExpression | null };

export type ConcurrencyLimit = { limit: number; key: CelExpression | null };

/** The functions by the events and times that start them. */
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
   * Returns the functions with a trigger for the name, each once. The caller must still evaluate the trigger's `if`.
   */
  listeners(eventName: string): readonly FunctionConfig[] {
    return this.#byName.get(eventName) ?? [];
  }
}

/** The separator between the keys of a lane, if a function has two limits with a key. */
const LANE_SEPARATOR = "\u001f";

/**
 * Returns the lane of a run with these keys. A key never holds the separator, so different pairs of keys have different
 * lanes.
 */
export function laneOfRunKeys(keys: readonly string[]): string {
  return keys.map((key) => key.replaceAll(LANE_SEPARATOR, "\uFFFD")).join(LANE_SEPARATOR);
}

/** Returns the limits that a run of this lane counts against, each under a name for the counted runs. */
export function concurrencyLimitsOf(fn: FunctionConfig, lane: string): { name: string; limit: number }[] {
  const keys = lane.split(LANE_SEPARATOR);
  let next = 0;
  return fn.concurrency.map(({ limit, key }, index) => ({
    name: [fn.id, index, ...(key ? [keys[next++] ?? ""] : [])].join(LANE_SEPARATOR),
    limit,
  }));
}
