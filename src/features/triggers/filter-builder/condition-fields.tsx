"use client";

import { useMemo } from "react";
import { Autocomplete } from "@/components/ui/autocomplete";
import { Combobox } from "@/components/ui/combobox";
import { Select } from "@/components/ui/select";
import { cn } from "@/lib/cn";
import { columnOperators, keyUse, operatorLabel, valueKind } from "@/domain/filter/operators";
import type { FilterCondition } from "@/domain/filter/schema";
import { pathOf, useBuilder } from "./builder-context";
import { replaceAt, withColumn, withKey, withOperator, withValue } from "./edit";
import { ValueEditor } from "./value-editor";

type FieldsProps = {
  condition: FilterCondition;
  place: string;
  aria: { "aria-invalid": boolean; "aria-describedby": string | undefined };
};

/** The column, key, operator and value of a condition. They form one line from 35 rem on, and a grid below. */
export function ConditionFields({ condition, place, aria }: FieldsProps) {
  const { columns, columnGroups, keySuggestions, isDisabled, change } = useBuilder();
  const column = columns.get(condition.column);
  const set = (next: FilterCondition, typedIn?: string) =>
    change((filter) => replaceAt(filter, pathOf(place), next), { typedIn });
  const keysOf = useMemo(
    () => (keySuggestions && column ? () => keySuggestions(column.id) : undefined),
    [keySuggestions, column],
  );
  const use = column ? keyUse(column.type, condition.operator) : "none";
  const kind = column ? valueKind(column.type, condition.operator) : "none";
  // Lists of values and date fields need the whole width of a narrow row.
  const isWide = kind === "list" || kind === "datetime";
  return (
    <div className="grid min-w-0 flex-1 grid-cols-2 gap-1.5 @min-[35rem]:flex">
      <div
        className={cn("min-w-0 @min-[35rem]:basis-36 @min-[35rem]:shrink", use === "none" && "@max-[35rem]:col-span-2")}
      >
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
            if (next) set(withColumn(condition, next, column));
          }}
        />
      </div>
      {use !== "none" && (
        <div className="min-w-0 @min-[35rem]:basis-28">
          <Autocomplete
            {...aria}
            aria-label={column?.type === "text" ? "Path" : "Key"}
            isMono
            placeholder={use === "required" ? "key" : column?.type === "text" ? "path (optional)" : "key (optional)"}
            value={condition.key ?? ""}
            suggestions={keysOf}
            disabled={isDisabled}
            onValueChange={(key) => set(withKey(condition, key), `${place} key`)}
          />
        </div>
      )}
      {column && (
        <div className={cn("min-w-0 @min-[35rem]:basis-32", (kind === "none" || isWide) && "@max-[35rem]:col-span-2")}>
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
        <div className={cn("min-w-0 @min-[35rem]:flex-1 @min-[35rem]:basis-32", isWide && "@max-[35rem]:col-span-2")}>
          <ValueEditor
            key={`${column.id} ${condition.key ?? ""}`}
            {...aria}
            column={column}
            condition={condition}
            onChange={(value) => set(withValue(condition, value), `${place} value`)}
          />
        </div>
      )}
    </div>
  );
}
