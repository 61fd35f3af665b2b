import { CircleCheck, CircleX } from "lucide-react";
import { Tooltip } from "@/components/ui/tooltip";
import type { FilterCondition } from "@/domain/filter/schema";
import type { ConditionOutcome } from "./filter-builder-context";

/** Marks whether a condition holds on the chosen event, with the reason. */
export function ConditionOutcomeMark({ isGood, reason }: { isGood: boolean; reason: string }) {
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <Tooltip content={reason}>
      <span
        tabIndex={0}
        role="img"
        aria-label={`${isGood ? "Passes" : "Fails"}: ${reason}`}
        className="grid h-8 w-6 shrink-0 place-items-center rounded-sm pointer-coarse:h-10"
      >
        <Icon aria-hidden className={isGood ? "size-4 text-success" : "size-4 text-danger"} />
      </span>
    </Tooltip>
  );
}

/** Tells whether an outcome belongs to the present condition, and not to an earlier condition at its place. */
export function isOutcomeOfCondition(
  outcome: ConditionOutcome,
  { column, key, operator, value }: FilterCondition,
): boolean {
  return (
    outcome.column === column &&
    outcome.key === key &&
    outcome.operator === operator &&
    JSON.stringify(outcome.value) === JSON.stringify(value)
  );
}
