import { CircleCheck, CircleX } from "lucide-react";
import { Tooltip } from "@/components/ui/tooltip";
import type { FilterCondition } from "@/domain/filter/schema";
import { pathId, useBuilder, type ConditionOutcome } from "./builder-context";

/** Whether the condition holds on the event that the filter is tried on, and why. */
export function OutcomeMark({ condition, path }: { condition: FilterCondition; path: readonly number[] }) {
  const { outcomes } = useBuilder();
  if (outcomes.length === 0) return null;
  const outcome = outcomes.find((candidate) => pathId(candidate.path) === pathId(path) && isOf(candidate, condition));
  // The next answer is on its way; its place is kept.
  if (!outcome) return <span className="w-6 shrink-0" />;
  const isGood = outcome.passed === outcome.expected;
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <Tooltip content={outcome.reason}>
      <span
        tabIndex={0}
        role="img"
        aria-label={`${isGood ? "Passes" : "Fails"}: ${outcome.reason}`}
        className="grid h-8 w-6 shrink-0 place-items-center rounded-sm pointer-coarse:h-10"
      >
        <Icon aria-hidden className={isGood ? "size-4 text-success" : "size-4 text-danger"} />
      </span>
    </Tooltip>
  );
}

/** Whether an outcome is about the condition as it stands, and not about what stood there before. */
function isOf(outcome: ConditionOutcome, { column, key, operator, value }: FilterCondition): boolean {
  return (
    outcome.column === column &&
    outcome.key === key &&
    outcome.operator === operator &&
    JSON.stringify(outcome.value) === JSON.stringify(value)
  );
}
