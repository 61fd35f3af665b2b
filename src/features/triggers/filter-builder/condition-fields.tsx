"use client";

import { memo, useMemo } from "react";
import { Autocomplete } from "@/components/ui/autocomplete";
import { Combobox } from "@/components/ui/combobox";
import { Select } from "@/components/ui/select";
import { cn } from "@/lib/cn";
import { listOperatorsOfColumn, getKeyRequirement, getOperatorLabel, getValueKind } from "@/domain/filter/operators";
import type { FilterCondition, Operator } from "@/domain/filter/schema";
import { parseNodePathAttribute, useFilterBuilder } from "./filter-builder-context";
import {
  editConditionAt,
  changeConditionColumn,
  changeConditionKey,
  changeConditionOperator,
  changeConditionValue,
  type FilterBuilderColumn,
} from "./edit-filter";
import { ConditionValueField } from "./condition-value-field";

type FieldAria = { "aria-invalid": boolean; "aria-describedby": string | undefined };

export type ConditionFieldsProps = { condition: FilterCondition; place: string; aria: FieldAria };

/**
 * The fields for the column, the key, the operator and the value of a condition. From a width of 35 rem on the fields
 * are in one line, below that in a grid.
 */
export function ConditionFields({ condition, place, aria }: ConditionFieldsProps) {
  const { columns } = useFilterBuilder();
  const edit = useEditCondition(place);
  const column = columns.get(condition.column);
  const use = column ? getKeyRequirement(column.type, condition.operator) : "none";
  const kind = column ? getValueKind(column.type, condition.operator) : "none";
  // In a narrow row, a list of values or a date field takes the whole width.
  const isWide = kind === "list" || kind === "datetime";
  return (
    <div className="grid min-w-0 flex-1 grid-cols-2 gap-1.5 @min-[35rem]:flex">
      <div
        className={cn("min-w-0 @min-[35rem]:basis-36 @min-[35rem]:shrink", use === "none" && "@max-[35rem]:col-span-2")}
      >
        <ColumnField {...aria} place={place} value={condition.column} />
      </div>
      {column && use !== "none" && (
        <div className="min-w-0 @min-[35rem]:basis-28">
          <KeyField
            {...aria}
            place={place}
            column={column}
            value={condition.key ?? ""}
            isRequired={use === "required"}
          />
        </div>
      )}
      {column && (
        <div className={cn("min-w-0 @min-[35rem]:basis-32", (kind === "none" || isWide) && "@max-[35rem]:col-span-2")}>
          <OperatorField {...aria} place={place} column={column} value={condition.operator} />
        </div>
      )}
      {column && kind !== "none" && (
        <div className={cn("min-w-0 @min-[35rem]:flex-1 @min-[35rem]:basis-56", isWide && "@max-[35rem]:col-span-2")}>
          <ConditionValueField
            key={`${column.id} ${condition.key ?? ""}`}
            {...aria}
            column={column}
            condition={condition}
            onChange={(value) => edit((current) => changeConditionValue(current, value), `${place} value`)}
          />
        </div>
      )}
    </div>
  );
}

/**
 * Returns a function that edits the condition at the path `place`. Undo takes back successive keystrokes in the same
 * field `typedIn` as one step.
 */
function useEditCondition(place: string) {
  const { change } = useFilterBuilder();
  return (edit: (condition: FilterCondition) => FilterCondition, typedIn?: string) =>
    change((filter) => editConditionAt(filter, parseNodePathAttribute(place), edit), { typedIn });
}

type FieldProps<Value> = FieldAria & { place: string; value: Value };

// `memo` keeps each field from rendering unless its own value changes, so a keystroke renders one field only.

const ColumnField = memo(function ColumnField({ place, value, ...aria }: FieldProps<string>) {
  const { columns, columnGroups, isDisabled } = useFilterBuilder();
  const edit = useEditCondition(place);
  return (
    <Combobox
      {...aria}
      aria-label="Column"
      groups={columnGroups}
      value={value}
      disabled={isDisabled}
      searchPlaceholder="Search columns…"
      emptyText="No such column."
      onValueChange={(id) => {
        const next = columns.get(id);
        if (next) edit((condition) => changeConditionColumn(condition, next, columns.get(condition.column)));
      }}
    />
  );
});

type KeyFieldProps = FieldProps<string> & { column: FilterBuilderColumn; isRequired: boolean };

const KeyField = memo(function KeyField({ place, value, column, isRequired, ...aria }: KeyFieldProps) {
  const { keySuggestions, isDisabled } = useFilterBuilder();
  const edit = useEditCondition(place);
  const keysOf = useMemo(() => keySuggestions && (() => keySuggestions(column.id)), [keySuggestions, column]);
  return (
    <Autocomplete
      {...aria}
      aria-label={column.type === "text" ? "Path" : "Key"}
      isMono
      placeholder={isRequired ? "key" : column.type === "text" ? "path (optional)" : "key (optional)"}
      value={value}
      suggestions={keysOf}
      disabled={isDisabled}
      onValueChange={(key) => edit((condition) => changeConditionKey(condition, key), `${place} key`)}
    />
  );
});

type OperatorFieldProps = FieldProps<Operator> & { column: FilterBuilderColumn };

const OperatorField = memo(function OperatorField({ place, value, column, ...aria }: OperatorFieldProps) {
  const { isDisabled } = useFilterBuilder();
  const edit = useEditCondition(place);
  return (
    <Select
      {...aria}
      aria-label="Operator"
      options={listOperatorsOfColumn(column).map((operator) => ({
        value: operator,
        label: getOperatorLabel(column.type, operator),
      }))}
      value={value}
      disabled={isDisabled}
      onValueChange={(operator) => edit((condition) => changeConditionOperator(condition, column, operator))}
    />
  );
});
