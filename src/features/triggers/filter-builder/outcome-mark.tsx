import { CircleCheck, CircleX } from "lucide-react";
import { Tooltip } from "@/components/ui/tooltip";
import { pathId, useBuilder } from "./builder-context";

/** Whether the condition holds on the event that the filter is tried on, and why. */
export function OutcomeMark({ path }: { path: readonly number[] }) {
  const { outcomes } = useBuilder();
  const outcome = outcomes.find((candidate) => pathId(candidate.path) === pathId(path));
  if (!outcome) return null;
  const Icon = outcome.passed ? CircleCheck : CircleX;
  return (
    <Tooltip content={outcome.reason}>
      <span
        tabIndex={0}
        role="img"
        aria-label={`${outcome.passed ? "Holds" : "Does not hold"}: ${outcome.reason}`}
        className="grid h-8 w-6 shrink-0 place-items-center rounded-sm pointer-coarse:h-10"
      >
        <Icon aria-hidden className={outcome.passed ? "size-4 text-success" : "size-4 text-danger"} />
      </span>
    </Tooltip>
  );
}
