import { CircleCheck, CircleX } from "lucide-react";
import { cn } from "@/lib/cn";

type GroupWord = "all" | "any" | "none";

/** The result of one condition of a filter. */
export type ConditionResult = {
  path: readonly number[];
  /** the words of the groups around the condition, from the root down; without them the list shows no group */
  groups?: readonly GroupWord[] | undefined;
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

/** How a condition differs from the same condition of another version of the filter. */
export type ConditionChange = "added" | "removed";

type ConditionListProps<Result extends ConditionResult> = {
  conditions: readonly Result[];
  /** returns the change of a condition between two versions of a filter */
  changeOf?: (condition: Result) => ConditionChange | undefined;
};

/** Lists a filter as a tree. Each line has a condition with pass or fail, and the value that it saw. */
export function ConditionResultList<Result extends ConditionResult>({
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

/** Returns the groups that begin with a condition. A root group of `all` is no line: it is the usual meaning. */
function openedGroups(
  { path, groups = [] }: Pick<ConditionResult, "path" | "groups">,
  before: Pick<ConditionResult, "path"> | undefined,
): Opened[] {
  const shared = before ? path.findIndex((place, index) => before.path[index] !== place) : -1;
  return groups
    .map((word, depth) => ({ word, depth }))
    .filter(({ word, depth }) => (before ? depth > shared : true) && (depth > 0 || word !== "all"));
}

const groupWords: Record<GroupWord, string> = { all: "All of", any: "Any of", none: "None of" };
const changeWords: Record<ConditionChange, string> = { added: "new today", removed: "not any more" };
const indent = (depth: number) => ({ paddingLeft: `${depth * 1.25}rem` });

type ConditionProps = { condition: ConditionResult; opened: readonly Opened[]; change: ConditionChange | undefined };

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

function Seen({ condition: { seen, hidden, passed, expected, truncated, note } }: { condition: ConditionResult }) {
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
