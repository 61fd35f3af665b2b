import type { FilterCondition } from "./schema";

type Found = { seen: unknown; passed: boolean; expected: boolean; truncated: boolean };

/** Characters of the value compared with. */
const VALUE_MAX = 120;

/** What a condition found, in one line: `latency > 5 failed: saw 1.2`. */
export function filterReason(condition: FilterCondition, found: Found): string {
  const saw = found.seen === null ? "no value" : `saw ${shown(found.seen)}`;
  const cut = found.truncated ? " (only the first 64 KiB were looked at)" : "";
  return `${question(condition)} ${outcome(found)}: ${saw}${cut}`;
}

function question({ column, key, operator, value }: FilterCondition): string {
  const subject = key === undefined ? column : `${column}[${JSON.stringify(key)}]`;
  if (operator === "is null" || operator === "is not null" || value === undefined) return `${subject} ${operator}`;
  const text = shown(value);
  return `${subject} ${operator} ${text.length <= VALUE_MAX ? text : `${text.slice(0, VALUE_MAX)}…`}`;
}

function outcome({ passed, expected }: Found): string {
  if (expected) return passed ? "passed" : "failed";
  return passed ? "held, and must not" : "did not hold, as it must not";
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.length === 0 ? "an empty list" : value.join(", ");
  }
  return JSON.stringify(value);
}
