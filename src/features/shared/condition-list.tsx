import { CircleCheck, CircleX } from "lucide-react";

/** The result of one condition of a filter. */
export type ConditionResult = {
  path: readonly number[];
  /** the column's name for people */
  label: string;
  key?: string | undefined;
  operator: string;
  value?: unknown;
  seen: unknown;
  passed: boolean;
  /** whether the condition must hold: false inside a `none of` group */
  expected: boolean;
  /** whether the condition saw only the first 64 KiB of the field */
  truncated?: boolean | undefined;
  /** the origin of a computed value, such as a computed cost */
  note?: string | undefined;
  /** whether the seen value is part of a body that this reader may not see */
  hidden: boolean;
};

/** Lists the conditions of a filter, each with pass or fail and the value that it saw. */
export function ConditionList({ conditions }: { conditions: readonly ConditionResult[] }) {
  return (
    <ul aria-label="Conditions" className="divide-y rounded-lg border">
      {conditions.map((condition) => (
        <Condition key={condition.path.join(".")} condition={condition} />
      ))}
    </ul>
  );
}

function Condition({ condition }: { condition: ConditionResult }) {
  const { label, key, operator, value, passed, expected, truncated, note } = condition;
  const isGood = passed === expected;
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <li className="flex gap-2.5 px-3.5 py-2.5 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${isGood ? "text-success" : "text-danger"}`} />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="break-words">
          <span className="sr-only">{isGood ? "Passed: " : "Failed: "}</span>
          {!expected && <span className="text-muted">not: </span>}
          <span className="font-medium">{key ? `${label}.${key}` : label}</span>{" "}
          <span className="text-muted">{operator}</span>{" "}
          {value !== undefined && <code className="font-mono text-xs">{show(value)}</code>}
        </span>
        <span className="text-xs break-words text-muted">
          <Seen condition={condition} />
          {note && ` · ${note}`}
          {!expected && passed && " · it holds, and must not"}
          {truncated && " · only the first 64 KB were looked at"}
        </span>
      </span>
    </li>
  );
}

function Seen({ condition: { seen, hidden } }: { condition: ConditionResult }) {
  if (hidden) return "the seen value is hidden from viewers";
  if (seen === null || seen === undefined) return "no value";
  return (
    <>
      saw <code className="font-mono">{show(seen)}</code>
    </>
  );
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : value.map(show).join(", ");
  return typeof value === "string" ? value || '""' : JSON.stringify(value);
}
