import { cutText } from "../json/cut-text";
import { LongNumber } from "../json/long-number";
import { isNumberText } from "../json/decimal";
import { shortenForPeople, clipJsonText } from "./field-text";
import type { FilterCondition, Operator } from "./schema";

/** The result of a condition. `seen` is the whole value that the condition looked at. */
type Found = { seen: unknown; passed: boolean; expected: boolean; truncated: boolean; note: string | null };

/** The most characters of a condition's own value in a reason. */
const VALUE_MAX = 120;

/** Describes the result of a condition in one line: `latency > 5 failed: saw 1.2`. */
export function describeConditionResult(condition: FilterCondition, found: Found): string {
  const saw = found.seen === null ? "no value" : `saw ${seenWords(found.seen)}`;
  const cut = found.truncated ? " (only the first 64 KiB were looked at)" : "";
  const note = found.note === null ? "" : `, ${found.note}`;
  return `${question(condition)} ${outcome(found)}: ${saw}${note}${cut}`;
}

function question({ column, key, operator, value }: FilterCondition): string {
  const subject = key === undefined ? column : `${column}[${JSON.stringify(key)}]`;
  if (operator === "is null" || operator === "is not null" || value === undefined) return `${subject} ${operator}`;
  const text = isComparison(operator) && typeof value === "string" && isNumberText(value) ? value : shown(value);
  return `${subject} ${operator} ${text.length <= VALUE_MAX ? text : `${cutText(text, VALUE_MAX)}…`}`;
}

const isComparison = (operator: Operator): boolean => [">", "<", ">=", "<="].includes(operator);

function outcome({ passed, expected }: Found): string {
  if (expected) return passed ? "passed" : "failed";
  return passed ? "held, and must not" : "did not hold, as it must not";
}

/** Writes the value that a condition saw: a long number without quotes, an object as JSON. */
function seenWords(value: unknown): string {
  if (value instanceof LongNumber) return String(shortenForPeople(value));
  const isPlain = typeof value !== "object" || Array.isArray(shortenForPeople(value));
  return isPlain ? shown(shortenForPeople(value)) : clipJsonText(value);
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.length === 0 ? "an empty list" : value.join(", ");
  }
  return JSON.stringify(value);
}
