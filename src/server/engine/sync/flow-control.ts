import { compileExpression } from "../expression";
import type { FlowControl, FlowKey, Rate } from "./function-config";
import { ConfigError, duration, integer, onlyKnown, readExpression, type Json } from "./read";

export const FLOW_OPTIONS = ["rateLimit", "idempotency", "throttle", "debounce", "singleton", "priority", "timeouts"];

const DAY_MS = 86_400_000;
const DEBOUNCE_MAX_MS = 7 * DAY_MS;
const LIMIT_MAX = 100_000;

/** What a server refuses together with batchEvents, or silently does not do, and the one thing that this engine cannot. */
const NOT_WITH_BATCHES: Record<string, string> = {
  debounce: "cannot be used together with batchEvents",
  singleton: "cannot be used together with batchEvents",
  "priority.run": "cannot be used together with batchEvents",
  idempotency: "has no effect together with batchEvents",
  rateLimit: "has no effect together with batchEvents",
  throttle: "together with batchEvents is not supported by the embedded engine; run this function on an Inngest server",
};

/** The options that limit when runs start and how long they take; null if there are none. */
export function readFlowControl(id: string, config: Json, batches: boolean): FlowControl | null {
  const options = Object.fromEntries(FLOW_OPTIONS.map((name) => [name, config[name] as Json | undefined]));
  for (const [option, problem] of Object.entries(NOT_WITH_BATCHES)) {
    if (batches && options[option.split(".")[0] ?? ""] !== undefined) throw new ConfigError(id, option, problem);
  }
  if (config.idempotency !== undefined && options.rateLimit) {
    throw new ConfigError(id, "rateLimit", "has no effect together with idempotency, which is a rate limit of its own");
  }
  const flow: FlowControl = {
    rateLimit:
      config.idempotency !== undefined
        ? readIdempotency(id, config.idempotency)
        : options.rateLimit
          ? readRateLimit(id, options.rateLimit)
          : null,
    throttle: options.throttle ? readThrottle(id, options.throttle) : null,
    debounce: options.debounce ? readDebounce(id, options.debounce) : null,
    singleton: options.singleton ? readSingleton(id, options.singleton) : null,
    priority: options.priority ? readPriority(id, options.priority) : null,
    timeouts: options.timeouts ? readTimeouts(id, options.timeouts) : null,
  };
  return Object.values(flow).some((option) => option !== null) ? flow : null;
}

function readKey(id: string, option: string, source: unknown): FlowKey | null {
  const value = readExpression(id, option, source);
  return value && { value, off: compileExpression(`(${value.source}) == false`) };
}

function readIdempotency(id: string, source: unknown): Rate {
  const key = readKey(id, "idempotency", source);
  if (!key) throw new ConfigError(id, "idempotency", "must be an expression");
  return { key, intervalMs: DAY_MS, burst: 1 };
}

/** As an Inngest server does it: starts are spread evenly over the period, and a tenth of the limit may come at once. */
function readRateLimit(id: string, rate: Json): Rate {
  onlyKnown(id, "rateLimit.", rate, ["limit", "period", "key"]);
  const limit = integer(id, "rateLimit.limit", rate.limit, 1, LIMIT_MAX);
  const periodMs = duration(id, "rateLimit.period", rate.period, 1000);
  return {
    key: readKey(id, "rateLimit.key", rate.key),
    intervalMs: periodMs / limit,
    burst: Math.floor(limit / 10) + 1,
  };
}

function readThrottle(id: string, throttle: Json): Rate {
  onlyKnown(id, "throttle.", throttle, ["limit", "period", "key", "burst"]);
  const limit = integer(id, "throttle.limit", throttle.limit, 1, LIMIT_MAX);
  const periodMs = duration(id, "throttle.period", throttle.period, 1000, 7 * DAY_MS);
  const burst = Math.max(1, integer(id, "throttle.burst", throttle.burst ?? 1, 0, LIMIT_MAX));
  return { key: readKey(id, "throttle.key", throttle.key), intervalMs: periodMs / limit, burst };
}

function readDebounce(id: string, debounce: Json): NonNullable<FlowControl["debounce"]> {
  onlyKnown(id, "debounce.", debounce, ["period", "key", "timeout"]);
  return {
    key: readExpression(id, "debounce.key", debounce.key),
    periodMs: duration(id, "debounce.period", debounce.period, 1000, DEBOUNCE_MAX_MS),
    timeoutMs: debounce.timeout === undefined ? null : duration(id, "debounce.timeout", debounce.timeout, 1000),
  };
}

function readSingleton(id: string, singleton: Json): NonNullable<FlowControl["singleton"]> {
  onlyKnown(id, "singleton.", singleton, ["key", "mode"]);
  const { mode } = singleton;
  if (mode !== "skip" && mode !== "cancel") throw new ConfigError(id, "singleton.mode", "must be skip or cancel");
  return { key: readKey(id, "singleton.key", singleton.key), mode };
}

function readPriority(id: string, priority: Json): FlowControl["priority"] {
  onlyKnown(id, "priority.", priority, ["run"]);
  return readExpression(id, "priority.run", priority.run);
}

function readTimeouts(id: string, timeouts: Json): FlowControl["timeouts"] {
  onlyKnown(id, "timeouts.", timeouts, ["start", "finish"]);
  const read = (name: string) =>
    timeouts[name] === undefined ? null : duration(id, `timeouts.${name}`, timeouts[name], 1000);
  const [startMs, finishMs] = [read("start"), read("finish")];
  return startMs === null && finishMs === null ? null : { startMs, finishMs };
}
