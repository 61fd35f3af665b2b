"use client";

import { useId, useMemo, useState, type FocusEvent, type KeyboardEvent } from "react";
import { Trash2 } from "lucide-react";
import { Autocomplete } from "@/components/ui/autocomplete";
import { Combobox } from "@/components/ui/combobox";
import { IconButton } from "@/components/ui/icon-button";
import { Select } from "@/components/ui/select";
import { cn } from "@/lib/cn";
import { columnOperators, keyUse, operatorLabel, valueKind } from "@/domain/filter/operators";
import type { FilterCondition } from "@/domain/filter/schema";
import { contradictionAt, pathId, problemsAt, useBuilder } from "./builder-context";
import { insertAt, newCondition, replaceAt, withColumn, withKey, withOperator, withValue } from "./edit";
import { OutcomeMark } from "./outcome-mark";
import { ValueEditor } from "./value-editor";

type ConditionRowProps = {
  condition: FilterCondition;
  path: readonly number[];
  /** the word before it: `Where`, `and`, `or` */
  word: string;
  onRemove: () => void;
};

/** One condition, as a sentence: column, operator, value. */
export function ConditionRow({ condition, path, word, onRemove }: ConditionRowProps) {
  const { source, problems, contradiction, isStrict, isDisabled, change } = useBuilder();
  const [wasLeft, setWasLeft] = useState(false);
  const problemId = useId();
  const own = isStrict || wasLeft ? problemsAt(problems, path).map(({ message }) => message) : [];
  const never = contradictionAt(contradiction, path);
  if (never) own.push(never);
  const aria = { "aria-invalid": own.length > 0, "aria-describedby": own.length > 0 ? problemId : undefined };

  const onBlur = (event: FocusEvent<HTMLDivElement>) => {
    // Popups of the fields stand elsewhere in the page; only leaving for another field of it counts.
    const next = event.relatedTarget;
    if (next && !event.currentTarget.contains(next) && !next.closest("[role=listbox],[role=dialog],[data-side]"))
      setWasLeft(true);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const isField = event.target instanceof HTMLInputElement && event.currentTarget.contains(event.target);
    if (event.key !== "Enter" || event.defaultPrevented || event.nativeEvent.isComposing || !isField) return;
    event.preventDefault();
    const after = [...path.slice(0, -1), (path.at(-1) ?? 0) + 1];
    change((filter) => insertAt(filter, after, newCondition(source)), after);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears the keys of the fields in it
    <div
      role="group"
      aria-label={`${word} condition ${(path.at(-1) ?? 0) + 1}`}
      data-filter-path={pathId(path)}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
      className="flex gap-2"
    >
      <span
        aria-hidden
        className="flex h-8 w-11 shrink-0 items-center justify-end text-xs text-muted pointer-coarse:h-10 @max-md:hidden"
      >
        {word}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-start gap-1.5">
          <Fields condition={condition} path={path} aria={aria} />
          <OutcomeMark condition={condition} path={path} />
          <IconButton label="Remove condition" onClick={onRemove} disabled={isDisabled} className="text-subtle">
            <Trash2 aria-hidden />
          </IconButton>
        </div>
        {own.length > 0 && (
          <p id={problemId} className="mt-1 text-xs text-danger-text">
            {own.join(" ")}
          </p>
        )}
      </div>
    </div>
  );
}

type FieldsProps = {
  condition: FilterCondition;
  path: readonly number[];
  aria: { "aria-invalid": boolean; "aria-describedby": string | undefined };
};

function Fields({ condition, path, aria }: FieldsProps) {
  const { columns, columnGroups, keySuggestions, isDisabled, change } = useBuilder();
  const column = columns.get(condition.column);
  const set = (next: FilterCondition) => change((filter) => replaceAt(filter, path, next));
  const keysOf = useMemo(
    () => (keySuggestions && column ? () => keySuggestions(column.id) : undefined),
    [keySuggestions, column],
  );
  const use = column ? keyUse(column.type, condition.operator) : "none";
  const kind = column ? valueKind(column.type, condition.operator) : "none";
  // Lists of values and fields of dates need the width of the row.
  const isWide = kind === "list" || kind === "datetime";
  return (
    <div className="grid min-w-0 flex-1 grid-cols-2 gap-1.5 @lg:flex @lg:flex-wrap">
      <div className={cn("min-w-0 @lg:w-44", use === "none" ? "@max-lg:col-span-2" : "")}>
        <Combobox
          {...aria}
          aria-label="Column"
          groups={columnGroups}
          value={condition.column}
          disabled={isDisabled}
          searchPlaceholder="Search columns…"
          emptyText="No such column."
          onValueChange={(id) => {
            const next = columns.get(id);
            if (next) set(withColumn(condition, next));
          }}
        />
      </div>
      {use !== "none" && (
        <div className="min-w-0 @lg:w-36">
          <Autocomplete
            {...aria}
            aria-label={column?.type === "text" ? "Path" : "Key"}
            isMono
            placeholder={use === "required" ? "key" : column?.type === "text" ? "path (optional)" : "key (optional)"}
            value={condition.key ?? ""}
            suggestions={keysOf}
            disabled={isDisabled}
            onValueChange={(key) => set(withKey(condition, key))}
          />
        </div>
      )}
      {column && (
        <div className={cn("min-w-0 @lg:w-40", (kind === "none" || isWide) && "@max-lg:col-span-2")}>
          <Select
            {...aria}
            aria-label="Operator"
            options={columnOperators(column).map((operator) => ({
              value: operator,
              label: operatorLabel(column.type, operator),
            }))}
            value={condition.operator}
            disabled={isDisabled}
            onValueChange={(operator) => set(withOperator(condition, column, operator))}
          />
        </div>
      )}
      {column && kind !== "none" && (
        <div className={cn("min-w-0 @lg:min-w-40 @lg:flex-1", isWide && "@max-lg:col-span-2")}>
          <ValueEditor
            key={`${column.id} ${condition.key ?? ""}`}
            {...aria}
            column={column}
            condition={condition}
            onChange={(value) => set(withValue(condition, value))}
          />
        </div>
      )}
    </div>
  );
}
