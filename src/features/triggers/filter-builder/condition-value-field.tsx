"use client";

import { useMemo } from "react";
import { Autocomplete } from "@/components/ui/autocomplete";
import { Select } from "@/components/ui/select";
import { TagsInput } from "@/components/ui/tags-input";
import { getValueKind } from "@/domain/filter/operators";
import type { ConditionValue, FilterCondition } from "@/domain/filter/schema";
import { useFilterBuilder } from "./filter-builder-context";
import { DatetimeValueField } from "./datetime-value-field";
import type { FilterBuilderColumn } from "./edit-filter";
import { NumberValueField } from "./number-value-field";

type ValueEditorProps = {
  column: FilterBuilderColumn;
  condition: FilterCondition;
  onChange: (value: ConditionValue | undefined) => void;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
};

const booleans = [
  { value: "true", label: "true" },
  { value: "false", label: "false" },
] as const;

/** The field for the value of a condition. The column's type and the operator decide which field it is. */
export function ConditionValueField({ column, condition, onChange, ...aria }: ValueEditorProps) {
  const { isDisabled } = useFilterBuilder();
  const suggestions = useValueSuggestions(column, condition.key);
  const { value, operator } = condition;
  const kind = getValueKind(column.type, operator);
  const common = { ...aria, "aria-label": `Value of ${column.label}`, disabled: isDisabled };
  switch (kind) {
    case "none":
      return null;
    case "number":
      return (
        <NumberValueField
          {...common}
          value={typeof value === "number" || typeof value === "string" ? value : undefined}
          unit={column.unit}
          onChange={onChange}
        />
      );
    case "datetime":
      return (
        <DatetimeValueField {...common} value={typeof value === "string" ? value : undefined} onChange={onChange} />
      );
    case "boolean":
      return (
        <Select
          {...common}
          options={booleans}
          value={value === false ? "false" : "true"}
          onValueChange={(next) => onChange(next === "true")}
        />
      );
    case "list":
      return (
        <TagsInput
          {...common}
          value={Array.isArray(value) ? value : []}
          onValueChange={onChange}
          suggestions={suggestions}
          placeholder="values…"
        />
      );
    case "text":
      return (
        <Autocomplete
          {...common}
          value={typeof value === "string" ? value : ""}
          onValueChange={onChange}
          // Only `=` suggests stored values. The other operators take parts of values, or patterns.
          suggestions={operator === "=" ? suggestions : undefined}
          isMono={operator === "matches"}
          placeholder={operator === "matches" ? "regular expression" : "text"}
        />
      );
    default:
      return kind satisfies never;
  }
}

function useValueSuggestions(
  column: FilterBuilderColumn,
  key: string | undefined,
): (() => Promise<readonly string[]>) | undefined {
  const { suggestions } = useFilterBuilder();
  return useMemo(() => {
    const known = column.options ?? [];
    return async () => [...new Set([...known, ...((await suggestions?.(column.id, key).catch(() => [])) ?? [])])];
  }, [column, key, suggestions]);
}
