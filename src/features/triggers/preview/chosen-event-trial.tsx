import { memo } from "react";
import { ConditionResultList } from "@/features/shared/condition-result-list";
import { StatusLabel } from "@/components/status";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import type { EventSource } from "@/domain/event-source/event-source";
import type { FilterTrial } from "./filter-trial";
import type { ChosenEventControl } from "./use-chosen-event";

type ChosenEventPartProps = {
  source: EventSource;
  chosen: ChosenEventControl;
  /** the filter's result on the chosen event; null while unknown */
  trial: FilterTrial | null;
  samplingRate: number;
  hasProblems: boolean;
};

/** Lets a person choose one event. Below it shows whether each condition of the filter holds for that event. */
export const ChosenEventTrial = memo(function ChosenEventTrial(props: ChosenEventPartProps) {
  const { source, chosen } = props;
  const { one, many } = source.noun;
  return (
    <section aria-label={`Against one ${one}`} className="flex min-w-0 flex-col gap-3 border-t pt-4">
      <Field label={`Against one ${one}`}>
        <Combobox
          groups={chosen.groups}
          value={chosen.value}
          onValueChange={chosen.choose}
          onSearch={chosen.search}
          searchPlaceholder={`Search ${many} by name, ID or trace ID…`}
          emptyText={`No ${one} found.`}
        />
      </Field>
      <div aria-live="polite" className="flex min-h-6 flex-col gap-2.5 text-sm">
        <Verdict {...props} />
      </div>
    </section>
  );
});

function Verdict({ source: { noun }, chosen, trial, samplingRate, hasProblems }: ChosenEventPartProps) {
  if (chosen.error)
    return (
      <p className="text-danger-text">
        The {noun.one} could not be loaded: {chosen.error}
      </p>
    );
  if (hasProblems) return <p className="text-muted">The filter is not complete yet.</p>;
  if (!trial) return <p className="text-muted">Looking…</p>;
  return (
    <>
      <StatusLabel
        tone={trial.matched ? "success" : "neutral"}
        isHollow={!trial.matched}
        detail={trial.matched && trial.sampled ? samplingText(trial.sampled, samplingRate) : undefined}
      >
        {trial.matched ? "Matches" : "Does not match"}
      </StatusLabel>
      <Conditions conditions={trial.conditions} />
    </>
  );
}

/** For a filter with more conditions than this, the list shows only conditions with an unexpected result. */
const LISTED_MAX = 8;

/** Lists all conditions of a short filter. For a long filter it lists the first ones with an unexpected result. */
function Conditions({ conditions }: Pick<FilterTrial, "conditions">) {
  if (conditions.length === 0) return null;
  if (conditions.length <= LISTED_MAX) return <ConditionResultList conditions={conditions} />;
  const failed = conditions.filter(({ passed, expected }) => passed !== expected);
  return (
    <>
      <p className="text-xs text-muted">
        {conditions.length - failed.length} of {conditions.length} conditions hold. Each is marked in the filter.
      </p>
      {failed.length > 0 && <ConditionResultList conditions={failed.slice(0, LISTED_MAX)} />}
    </>
  );
}

function samplingText({ sampled, bucket }: NonNullable<FilterTrial["sampled"]>, rate: number): string | undefined {
  if (rate >= 1) return undefined;
  return sampled ? "sampled in" : `sampled out: its bucket ${bucket.toFixed(4)} is not below the rate ${rate}`;
}
