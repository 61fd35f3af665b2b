import type { Expression } from "../expression";

/** A function as the engine runs it: its registered configuration, checked and compiled. */
export type FunctionConfig = {
  /** `<app>-<function>`, as in the `fnId` of calls. */
  id: string;
  name: string;
  eventTriggers: EventTrigger[];
  /** Cron expressions as written, with their `TZ=` prefix. */
  crons: string[];
  /** Tries of each step, the first included. */
  attemptsMax: number;
  batch: BatchConfig | null;
  concurrency: ConcurrencyLimit[];
  /** The registered options, for people. */
  options: Record<string, unknown>;
};

export type EventTrigger = { event: string; if: Expression | null };
export type BatchConfig = { sizeMax: number; timeoutMs: number; key: Expression | null; if: Expression | null };

export type ConcurrencyLimit = { limit: number; key: Expression | null };

/** Functions by what starts them. */
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

  /** Functions with a trigger for the name, each once. Whether the trigger's `if` holds is still to be asked. */
  listeners(eventName: string): readonly FunctionConfig[] {
    return this.#byName.get(eventName) ?? [];
  }
}

/** Between the keys of a lane, when a function has two limits with a key. */
const LANE_SEPARATOR = "\u001f";

/** The lane of a run with these keys. A key holds no separator, so that no two pairs of keys share a lane by its text. */
export function laneOf(keys: readonly string[]): string {
  return keys.map((key) => key.replaceAll(LANE_SEPARATOR, "\uFFFD")).join(LANE_SEPARATOR);
}

/** The limits that a run of this lane counts against, each under the name of what it counts. */
export function limitsOf(fn: FunctionConfig, lane: string): { name: string; limit: number }[] {
  const keys = lane.split(LANE_SEPARATOR);
  let next = 0;
  return fn.concurrency.map(({ limit, key }, index) => ({
    name: [fn.id, index, ...(key ? [keys[next++] ?? ""] : [])].join(LANE_SEPARATOR),
    limit,
  }));
}
