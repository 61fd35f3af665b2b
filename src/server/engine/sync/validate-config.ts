import { Cron } from "croner";
import { FLOW_OPTIONS, readFlowControl } from "./flow-control";
import type { BatchConfig, CancelConfig, ConcurrencyLimit, EventTrigger, FunctionConfig } from "./function-config";
import { ConfigError, duration, integer, list, onlyKnown, readExpression, type Json } from "./read";

const RETRIES_DEFAULT = 4;
const RETRIES_MAX = 20;
const TRIGGERS_MAX = 10;
const CANCEL_MAX = 5;
const CONCURRENCY_MAX = 2;
const BATCH_MAX = 1000;
const JITTER_MAX_MS = 5 * 60_000;

/**
 * Checks registered functions (the `functions` of an in-band sync) and compiles them. Whatever the engine does not
 * do, and what an Inngest server would refuse, throws, naming function and option: an option that is silently
 * ignored would be found out in production.
 */
export function readFunctions(functions: unknown): FunctionConfig[] {
  if (!Array.isArray(functions)) throw new Error("The serve handler registered no list of functions");
  return functions.map((fn) => readFunction(fn as Json));
}

function readFunction(config: Json): FunctionConfig {
  const id = String(config.id);
  const known = ["id", "name", "triggers", "steps", "batchEvents", "concurrency", "cancel", ...FLOW_OPTIONS];
  onlyKnown(id, "", config, known);
  const triggers = list(config.triggers) as Json[];
  if (triggers.length === 0 || triggers.length > TRIGGERS_MAX) {
    throw new ConfigError(id, "triggers", `must hold 1 to ${TRIGGERS_MAX}`);
  }
  const batch = config.batchEvents === undefined ? null : readBatch(id, config.batchEvents as Json);
  const cancelOn = list(config.cancel).map((cancel) => readCancel(id, cancel as Json));
  if (cancelOn.length > CANCEL_MAX) throw new ConfigError(id, "cancelOn", `must hold at most ${CANCEL_MAX}`);
  if (batch && cancelOn.length > 0) throw new ConfigError(id, "cancelOn", "cannot be used together with batchEvents");
  const concurrency = list(config.concurrency).map((limit) => readConcurrency(id, limit));
  if (concurrency.length > CONCURRENCY_MAX) {
    throw new ConfigError(id, "concurrency", `must hold at most ${CONCURRENCY_MAX}`);
  }
  if (batch && concurrency.some(({ key }) => key)) {
    throw new ConfigError(id, "concurrency.key", "has no effect together with batchEvents; use a limit without a key");
  }
  const crons = triggers.filter((trigger) => !("event" in trigger)).map((trigger) => readCron(id, trigger));
  return {
    id,
    name: String(config.name ?? id),
    eventTriggers: triggers.filter((trigger) => "event" in trigger).map((trigger) => readEventTrigger(id, trigger)),
    crons: crons.map(({ expression }) => expression),
    jitterMs: Object.fromEntries(
      crons.filter(({ jitterMs }) => jitterMs > 0).map(({ expression, jitterMs }) => [expression, jitterMs]),
    ),
    attemptsMax: readRetries(id, config.steps) + 1,
    batch,
    concurrency,
    cancelOn,
    flow: readFlowControl(id, config, batch !== null),
    options: Object.fromEntries(Object.entries(config).filter(([key]) => !["id", "name", "steps"].includes(key))),
  };
}

function readEventTrigger(id: string, trigger: Json): EventTrigger {
  onlyKnown(id, "triggers.", trigger, ["event", "expression"]);
  const { event } = trigger;
  if (typeof event !== "string" || event === "" || event.length > 255) {
    throw new ConfigError(id, "triggers.event", "must be 1 to 255 characters");
  }
  const star = event.indexOf("*");
  if (star !== -1 && (star !== event.length - 1 || !/[/.]\*$|^\*$/.test(event))) {
    throw new ConfigError(id, "triggers.event", `"${event}": a wildcard can only stand at the end, after a / or a .`);
  }
  return { event, if: readExpression(id, "triggers.if", trigger.expression) };
}

function readCron(id: string, trigger: Json): { expression: string; jitterMs: number } {
  onlyKnown(id, "triggers.", trigger, ["cron", "jitter"]);
  const text = String(trigger.cron);
  try {
    nextTick(text, 0);
  } catch (error) {
    throw new ConfigError(id, "triggers.cron", `"${text}" cannot be read: ${(error as Error).message}`);
  }
  const jitterMs =
    trigger.jitter === undefined ? 0 : duration(id, "triggers.jitter", trigger.jitter, 1000, JITTER_MAX_MS);
  return { expression: text, jitterMs };
}

/** The first time after `after` (ms since 1970) that a five-field expression, with an optional `TZ=`, names. */
export function nextTick(expression: string, after: number): number | null {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(expression);
  const cron = new Cron(zoned?.[2] ?? expression, { timezone: zoned?.[1] ?? "UTC", mode: "5-part", paused: true });
  return cron.nextRun(new Date(after))?.getTime() ?? null;
}

function readRetries(id: string, steps: unknown): number {
  const all = Object.values((steps ?? {}) as Record<string, Json>);
  if (all.length !== 1) throw new ConfigError(id, "steps", "must name exactly one step");
  const attempts = (all[0]?.retries as Json | undefined)?.attempts ?? RETRIES_DEFAULT;
  return integer(id, "retries", attempts, 0, RETRIES_MAX);
}

function readBatch(id: string, batch: Json): BatchConfig {
  onlyKnown(id, "batchEvents.", batch, ["maxSize", "timeout", "key", "if"]);
  return {
    sizeMax: integer(id, "batchEvents.maxSize", batch.maxSize, 2, BATCH_MAX),
    timeoutMs: duration(id, "batchEvents.timeout", batch.timeout, 1000),
    key: readExpression(id, "batchEvents.key", batch.key),
    if: readExpression(id, "batchEvents.if", batch.if),
  };
}

function readCancel(id: string, cancel: Json): CancelConfig {
  onlyKnown(id, "cancelOn.", cancel, ["event", "if", "timeout"]);
  if (typeof cancel.event !== "string") throw new ConfigError(id, "cancelOn.event", "must be the name of an event");
  const timeoutMs = cancel.timeout === undefined ? null : duration(id, "cancelOn.timeout", cancel.timeout, 1000);
  return { event: cancel.event, if: readExpression(id, "cancelOn.if", cancel.if), timeoutMs };
}

function readConcurrency(id: string, value: unknown): ConcurrencyLimit {
  const limit = (typeof value === "object" && value !== null ? value : { limit: value }) as Json;
  onlyKnown(id, "concurrency.", limit, ["limit", "key", "scope"]);
  const scope = limit.scope ?? "fn";
  if (!["fn", "env", "account"].includes(String(scope))) {
    throw new ConfigError(id, "concurrency.scope", "must be fn, env or account");
  }
  const key = readExpression(id, "concurrency.key", limit.key);
  if (scope !== "fn" && !key) throw new ConfigError(id, "concurrency.scope", `${String(scope)} needs a key`);
  return { limit: integer(id, "concurrency.limit", limit.limit, 1, 100_000), key, shared: scope !== "fn" };
}
