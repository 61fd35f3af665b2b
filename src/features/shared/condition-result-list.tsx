import { CircleCheck, CircleX } from "lucide-react";
import { cn } from "@/lib/cn";

type GroupWord = "all" | "any" | "none";

/** The result of one condition of a trigger's filter on one event. */
export type ShownConditionResult = {
  path: readonly number[];
  /** the words ("all of" and so on) of the groups around the condition, outermost first; undefined draws no groups */
  groups?: readonly GroupWord[] | undefined;
  label: string;
  key?: string | undefined;
  operator: string;
  value?: unknown;
  seen: unknown;
  passed: boolean;
  /** whether the condition must hold for the filter to match; each `none of` group around it reverses this */
  expected: boolean;
  /** whether only the first 64 KiB of the value were compared, because the value is longer */
  truncated?: boolean | undefined;
  /** how a computed value was computed, for example a cost from model prices */
  note?: string | undefined;
  /** whether the value is hidden, because the person's role may not read bodies */
  hidden: boolean;
};

/** Whether one of two versions of a filter added or removed the condition. */
export type ConditionChange = "added" | "removed";

type ConditionListProps<Result extends ShownConditionResult> = {
  conditions: readonly Result[];
  /**
   * returns whether another version of the filter added or removed the condition; undefined if both versions have it
   */
  changeOf?: (condition: Result) => ConditionChange | undefined;
};

/**
 * Shows the conditions of a filter as a tree. Each line shows whether the condition passed, and the value of the event.
 */
export function ConditionResultList<Result extends ShownConditionResult>({
  conditions,
  changeOf,
}: ConditionListProps<Result>) {
  return (
    <ul aria-label="Conditions" className="divide-y border-y">
      {conditions.map((condition, index) => (
        <Condition
          key={`${condition.path.join(".")} ${index}`}
          condition={condition}
          opened={openedGroups(condition, conditions[index - 1])}
          change={changeOf?.(condition)}
        />
      ))}
    </ul>
  );
}

type Opened = { depth: number; word: GroupWord };

/**
 * Returns the groups whose first condition is this one, so that the list draws their lines first. A root group of `all`
 * gets no line.
 */
function openedGroups(
  { path, groups = [] }: Pick<ShownConditionResult, "path" | "groups">,
  before: Pick<ShownConditionResult, "path"> | undefined,
): Opened[] {
  const shared = before ? path.findIndex((place, index) => before.path[index] !== place) : -1;
  return groups
    .map((word, depth) => ({ word, depth }))
    .filter(({ word, depth }) => (before ? depth > shared : true) && (depth > 0 || word !== "all"));
}

const groupWords: Record<GroupWord, string> = { all: "All of", any: "Any of", none: "None of" };
const changeWords: Record<ConditionChange, string> = { added: "new today", removed: "not any more" };
const indent = (depth: number) => ({ paddingLeft: `${depth * 1.25}rem` });

type ConditionProps = {
  condition: ShownConditionResult;
  opened: readonly Opened[];
  change: ConditionChange | undefined;
};

function Condition({ condition, opened, change }: ConditionProps) {
  const { path, label, key, operator, value, passed, expected } = condition;
  const isGood = passed === expected;
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <li
      className={cn(
        "py-1.5 text-sm",
        change === "added" && "bg-success-soft",
        change === "removed" && "bg-danger-soft",
      )}
    >
      {opened.map(({ depth, word }) => (
        <span key={depth} style={indent(depth)} className="block pb-1 text-xs text-muted">
          {groupWords[word]}
        </span>
      ))}
      <span style={indent(Math.max(0, path.length - 1))} className="flex items-start gap-2">
        <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", isGood ? "text-success" : "text-danger")} />
        <span className="min-w-0 break-words">
          <span className="sr-only">{isGood ? "Passed: " : "Failed: "}</span>
          {!expected && <span className="text-muted">not: </span>}
          <span className={cn("font-medium", change === "removed" && "line-through")}>
            {key ? `${label}.${key}` : label}
          </span>{" "}
          <span className="text-muted">{operator}</span>{" "}
          {value !== undefined && <code className="font-mono text-xs">{show(value)}</code>}
          {change && <span className="ml-2 text-xs text-muted">{changeWords[change]}</span>}
        </span>
        <Seen condition={condition} />
      </span>
    </li>
  );
}

function Seen({ condition: { seen, hidden, passed, expected, truncated, note } }: { condition: ShownConditionResult }) {
  return (
    <span className="ml-auto max-w-1/2 shrink-0 pt-0.5 text-right text-xs break-words text-muted">
      {hidden ? (
        "the seen value is hidden from viewers"
      ) : seen === null || seen === undefined ? (
        "no value"
      ) : (
        <>
          saw <code className="font-mono">{show(seen)}</code>
        </>
      )}
      {!hidden && note && ` · ${note}`}
      {!expected && passed && " · it holds, and must not"}
      {truncated && " · only the first 64 KB were looked at"}
    </span>
  );
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : value.map(show).join(", ");
  return typeof value === "string" ? value || '""' : JSON.stringify(value);
}
