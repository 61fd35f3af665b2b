import { formatCountWithNoun } from "@/lib/format";

type Json = Record<string, unknown>;

const list = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);

/** Describes the Inngest options of a background function in words. An unknown option is shown as JSON. */
export function describeFunctionOptions(options: Json, attemptsMax: number): { label: string; value: string }[] {
  const { triggers, batchEvents, concurrency, cancel, ...others } = options;
  return [
    ...one("Starts on", list(triggers).map(describeTrigger).join(", ")),
    ...one("Batches", list(batchEvents).map(describeBatch).join(", ")),
    ...one("At once", list(concurrency).map(describeLimit).join(", ")),
    ...one(
      "Cancelled by",
      list(cancel)
        .map((entry) => text((entry as Json).event))
        .join(", "),
    ),
    { label: "Tries", value: `${attemptsMax} of each step` },
    ...Object.entries(others)
      .filter(([, value]) => value !== undefined)
      .map(([label, value]) => ({ label, value: text(value) })),
  ];
}

const one = (label: string, value: string) => (value === "" ? [] : [{ label, value }]);

function describeTrigger(trigger: unknown): string {
  const { event, cron, expression } = trigger as Json;
  return cron !== undefined ? `schedule ${text(cron)}` : `${text(event)}${expression ? ` if ${text(expression)}` : ""}`;
}

function describeBatch(batch: unknown): string {
  const { maxSize, timeout, key, if: condition } = batch as Json;
  const limits = `${key ? `, by ${text(key)}` : ""}${condition ? `, if ${text(condition)}` : ""}`;
  return `up to ${text(maxSize)} events, ${text(timeout).replace(/^(\d+)(?=[a-z])/, "$1 ")} at most${limits}`;
}

function describeLimit(limit: unknown): string {
  if (typeof limit === "number") return formatCountWithNoun(limit, "run");
  const { limit: count, key } = limit as Json;
  return `${formatCountWithNoun(Number(count), "run")}${key ? ` for each ${text(key)}` : ""}`;
}
