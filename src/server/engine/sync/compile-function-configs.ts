import { Cron } from "croner";
import type { BatchConfig, ConcurrencyLimit, EventTrigger, FunctionConfig } from "./function-config";
import {
  FunctionConfigError,
  readDurationOption,
  readIntegerOption,
  toOptionList,
  refuseUnknownMembers,
  readExpressionOption,
  UnsupportedFeatureError,
  type JsonObjectMembers,
} from "./read-options";

const RETRIES_DEFAULT = 4;
const RETRIES_MAX = 20;
const TRIGGERS_MAX = 10;
const CONCURRENCY_MAX = 2;
const BATCH_MAX = 1000;

/**
 * Checks the functions that the app registered, and compiles their expressions. It also refuses an option that would
 * have no effect, because the missing effect would be noticed only in production.
 * @throws FunctionConfigError for a wrong option, UnsupportedFeatureError for a feature that the engine lacks, Error if
 * the list is no list of functions
 */
export function compileFunctionConfigs(functions: unknown): FunctionConfig[] {
  if (!Array.isArray(functions)) throw new Error("The serve handler registered no list of functions");
  return functions.map((fn) => readFunction(fn as JsonObjectMembers));
}

function readFunction(config: JsonObjectMembers): FunctionConfig {
  const id = String(config.id);
  refuseUnknownMembers({ id, prefix: "" }, config, ["id", "name", "triggers", "steps", "batchEvents", "concurrency"]);
  const triggers = toOptionList(config.triggers) as JsonObjectMembers[];
  // A function without a trigger can only be started by step.invoke of another function.
  if (triggers.length === 0) throw new UnsupportedFeatureError(id, "step.invoke as its only trigger");
  if (triggers.length > TRIGGERS_MAX)
    throw new FunctionConfigError(id, "triggers", `must hold at most ${TRIGGERS_MAX}`);
  const batch = config.batchEvents === undefined ? null : readBatch(id, config.batchEvents as JsonObjectMembers);
  const concurrency = toOptionList(config.concurrency).map((limit) => readConcurrency(id, limit));
  if (concurrency.length > CONCURRENCY_MAX) {
    throw new FunctionConfigError(id, "concurrency", `must hold at most ${CONCURRENCY_MAX}`);
  }
  if (batch && concurrency.some(({ key }) => key)) {
    throw new FunctionConfigError(
      id,
      "concurrency.key",
      "has no effect together with batchEvents; use a limit without a key",
    );
  }
  return {
    id,
    name: String(config.name ?? id),
    eventTriggers: triggers.filter((trigger) => "event" in trigger).map((trigger) => readEventTrigger(id, trigger)),
    crons: triggers.filter((trigger) => !("event" in trigger)).map((trigger) => readCron(id, trigger)),
    attemptsMax: readRetries(id, config.steps) + 1,
    batch,
    concurrency,
    options: Object.fromEntries(Object.entries(config).filter(([key]) => !["id", "name", "steps"].includes(key))),
  };
}

function readEventTrigger(id: string, trigger: JsonObjectMembers): EventTrigger {
  refuseUnknownMembers({ id, prefix: "triggers." }, trigger, ["event", "expression"]);
  const { event } = trigger;
  if (typeof event !== "string" || event === "" || event.length > 255) {
    throw new FunctionConfigError(id, "triggers.event", "must be 1 to 255 characters");
  }
  if (event.includes("*")) throw new UnsupportedFeatureError(id, `the trigger "${event}" with a wildcard`);
  return { event, if: readExpressionOption(id, "triggers.if", trigger.expression) };
}

function readCron(id: string, trigger: JsonObjectMembers): string {
  refuseUnknownMembers({ id, prefix: "triggers." }, trigger, ["cron"]);
  const text = String(trigger.cron);
  try {
    findNextCronTick(text, 0);
  } catch (error) {
    throw new FunctionConfigError(id, "triggers.cron", `"${text}" cannot be read: ${(error as Error).message}`);
  }
  return text;
}

/**
 * Returns the next time after `after` (both ms since 1970) of a five-field cron expression, which may have a prefix
 * `TZ=`. Null without such a time. Throws if the expression cannot be read.
 */
export function findNextCronTick(expression: string, after: number): number | null {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(expression);
  const cron = new Cron(zoned?.[2] ?? expression, { timezone: zoned?.[1] ?? "UTC", mode: "5-part", paused: true });
  return cron.nextRun(new Date(after))?.getTime() ?? null;
}

function readRetries(id: string, steps: unknown): number {
  const all = Object.values((steps ?? {}) as Record<string, JsonObjectMembers>);
  if (all.length !== 1) throw new FunctionConfigError(id, "steps", "must name exactly one step");
  const attempts = (all[0]?.retries as JsonObjectMembers | undefined)?.attempts ?? RETRIES_DEFAULT;
  return readIntegerOption({ id, option: "retries" }, attempts, { min: 0, max: RETRIES_MAX });
}

function readBatch(id: string, batch: JsonObjectMembers): BatchConfig {
  refuseUnknownMembers({ id, prefix: "batchEvents." }, batch, ["maxSize", "timeout", "key", "if"]);
  return {
    sizeMax: readIntegerOption({ id, option: "batchEvents.maxSize" }, batch.maxSize, { min: 2, max: BATCH_MAX }),
    timeoutMs: readDurationOption({ id, option: "batchEvents.timeout" }, batch.timeout, { min: 1000 }),
    key: readExpressionOption(id, "batchEvents.key", batch.key),
    if: readExpressionOption(id, "batchEvents.if", batch.if),
  };
}

function readConcurrency(id: string, value: unknown): ConcurrencyLimit {
  const limit = (typeof value === "object" && value !== null ? value : { limit: value }) as JsonObjectMembers;
  refuseUnknownMembers({ id, prefix: "concurrency." }, limit, ["limit", "key", "scope"]);
  if ((limit.scope ?? "fn") !== "fn")
    throw new UnsupportedFeatureError(id, `concurrency.scope "${String(limit.scope)}"`);
  return {
    limit: readIntegerOption({ id, option: "concurrency.limit" }, limit.limit, { min: 1, max: 100_000 }),
    key: readExpressionOption(id, "concurrency.key", limit.key),
  };
}
