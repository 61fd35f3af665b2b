import type { FilterProblem } from "@/domain/filter/check-filter";
import { getValueKind, type ValueKind } from "@/domain/filter/operators";
import type { FilterCondition } from "@/domain/filter/schema";
import type { FilterBuilderColumn } from "./edit-filter";

const missingValue: Record<ValueKind, string> = {
  list: "Choose a value",
  number: "Enter a number",
  datetime: "Choose a date and time",
  text: "Enter a text",
  boolean: "Choose true or false",
  none: "This takes no value",
};

/**
 * Returns what a person can do about a problem of a condition. The text appears at the condition's fields, so it names
 * neither column nor operator.
 */
export function adviseOnConditionProblem(
  { code, message }: FilterProblem,
  condition: FilterCondition,
  column: FilterBuilderColumn | undefined,
): string {
  if (code === "bad_key" && column) return condition.key === undefined ? "Enter a key" : message;
  if (code === "bad_value" && column) return missingValue[getValueKind(column.type, condition.operator)];
  return message;
}
