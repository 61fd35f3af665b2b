import { CircleCheck, CircleX } from "lucide-react";
import { Tooltip } from "@/components/ui/tooltip";
import type { FilterCondition } from "@/domain/filter/schema";
import type { ConditionOutcome } from "./filter-builder-context";

/** An icon that shows whether a condition gives the wanted result on the chosen event. Its tooltip has the reason. */
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

/**
 * Tells whether an outcome was computed for this condition. After an edit, the outcome may still be that of the
 * previous condition at the same path.
 */
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
