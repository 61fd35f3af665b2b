import type { EngineFunction } from "./types";

type Options = {
  triggers?: { event?: string; cron?: string; expression?: string }[];
  batchEvents?: { maxSize: number; timeout: string; key?: string };
  concurrency?: unknown;
  cancel?: { event: string }[];
};

/** A function's registered options in a line: what starts it, and what limits it. */
export function optionWords({ options, attemptsMax }: Pick<EngineFunction, "options" | "attemptsMax">): string {
  const { triggers = [], batchEvents, concurrency, cancel = [], ...others } = options as Options & Record<string, unknown>;
  const limits = (Array.isArray(concurrency) ? concurrency : concurrency === undefined ? [] : [concurrency]) as (number | { limit: number; key?: string })[];
  return [
    `on ${triggers.map((trigger) => trigger.event ?? `cron ${trigger.cron ?? ""}`).join(", ")}`,
    batchEvents && `up to ${batchEvents.maxSize} events a batch${batchEvents.key ? `, by ${batchEvents.key}` : ""}`,
    ...limits.map((limit) => (typeof limit === "number" ? `${limit} at once` : `${limit.limit} at once${limit.key ? ` by ${limit.key}` : ""}`)),
    cancel.length > 0 && `cancelled by ${cancel.map(({ event }) => event).join(", ")}`,
    ...Object.entries(others).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
    attemptsMax === 1 ? "no retries" : `${attemptsMax - 1} retries`,
  ]
    .filter(Boolean)
    .join(" · ");
}
