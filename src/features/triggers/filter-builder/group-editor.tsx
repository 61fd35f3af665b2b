"use client";

import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { filterLimits, type FilterGroup } from "@/domain/filter/schema";
import { contradictionAt, pathId, problemsAt, useBuilder } from "./builder-context";
import { ConditionRow } from "./condition-row";
import { insertAt, newCondition, removeAt, replaceAt } from "./edit";

const matches = [
  { value: "all", label: "All of" },
  { value: "any", label: "Any of" },
  { value: "none", label: "None of" },
] as const;

/** What stands before the second and later children of a group. */
const words: Record<FilterGroup["match"], string> = { all: "and", any: "or", none: "nor" };

/** A group: how its children count, the children, and what adds to them. Groups stand in groups. */
export function GroupEditor({
  group,
  path,
  onRemove,
}: {
  group: FilterGroup;
  path: readonly number[];
  /** absent for the root */ onRemove?: () => void;
}) {
  const { change, isDisabled, problems, contradiction } = useBuilder();
  const isRoot = path.length === 0;
  const own = [
    ...problemsAt(problems, path).map(({ message }) => message),
    contradictionAt(contradiction, path),
  ].filter((message) => message !== null);
  const remove = (index: number) => {
    const last = group.children.length - 2;
    // The focus goes to what takes the place, or stands before it, or to the group.
    const focus = last < 0 ? path : [...path, Math.min(index, last)];
    change((filter) => removeAt(filter, [...path, index]), focus);
  };
  const head = (
    <div className="flex items-center gap-2 text-xs text-muted">
      <SegmentedControl
        aria-label={isRoot ? "How conditions count" : "How the conditions of this group count"}
        size="sm"
        options={matches}
        value={group.match}
        disabled={isDisabled}
        onValueChange={(match) => change((filter) => replaceAt(filter, path, { ...group, match }))}
      />
      <span className="min-w-0 flex-1">{group.match === "none" ? "these may be true" : "these must be true"}</span>
      {onRemove && (
        <IconButton label="Remove group" onClick={onRemove} disabled={isDisabled} className="-my-1 text-subtle">
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </div>
  );
  return (
    <div className="flex flex-col gap-2.5">
      {(!isRoot || group.children.length > 0) && head}
      {group.children.map((child, index) => {
        const word = index === 0 ? "Where" : words[group.match];
        const childPath = [...path, index];
        // Nodes have no names of their own; their fields hold no state worth keeping when a row above goes.
        return child.type === "condition" ? (
          <ConditionRow key={index} condition={child} path={childPath} word={word} onRemove={() => remove(index)} />
        ) : (
          <NestedGroup key={index} group={child} path={childPath} word={word} onRemove={() => remove(index)} />
        );
      })}
      {own.map((message) => (
        <p key={message} className="text-xs text-danger-text">
          {message}
        </p>
      ))}
      <AddButtons group={group} path={path} />
    </div>
  );
}

function NestedGroup({
  group,
  path,
  word,
  onRemove,
}: {
  group: FilterGroup;
  path: readonly number[];
  word: string;
  onRemove: () => void;
}) {
  return (
    <div
      role="group"
      aria-label={`${word} group ${(path.at(-1) ?? 0) + 1}`}
      data-filter-path={pathId(path)}
      className="flex gap-2"
    >
      <span aria-hidden className="flex h-12 w-11 shrink-0 items-center justify-end text-xs text-muted @max-md:hidden">
        {word}
      </span>
      <div className="@container min-w-0 flex-1 rounded-lg border bg-background/70 p-2.5">
        <GroupEditor group={group} path={path} onRemove={onRemove} />
      </div>
    </div>
  );
}

function AddButtons({ group, path }: { group: FilterGroup; path: readonly number[] }) {
  const { source, change, isDisabled } = useBuilder();
  const end = [...path, group.children.length];
  const canNest = path.length + 1 < filterLimits.depthMax;
  return (
    <div className="flex flex-wrap gap-1.5">
      <Button
        size="sm"
        variant={path.length === 0 ? "secondary" : "ghost"}
        disabled={isDisabled}
        data-filter-add={pathId(path)}
        onClick={() => change((filter) => insertAt(filter, end, newCondition(source)), end)}
      >
        <Plus aria-hidden />
        Add condition
      </Button>
      {canNest && (
        <Button
          size="sm"
          variant="ghost"
          disabled={isDisabled}
          onClick={() =>
            change(
              (filter) => insertAt(filter, end, { type: "group", match: "any", children: [newCondition(source)] }),
              [...end, 0],
            )
          }
        >
          <Plus aria-hidden />
          Add group
        </Button>
      )}
    </div>
  );
}
