import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Badge } from "@/components/ui/badge";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { ConditionResultList, type ConditionChange } from "@/features/shared/condition-result-list";
import { formatSecondsInText } from "@/lib/format";
import type { Execution, ExecutionExplanation } from "../types";

/**
 * Shows why a trigger created an execution: the conditions of the filter that fired, those of the trigger's current
 * version if it is another one, and the decisions. If the version that fired is not kept, the current filter stands in
 * its place. The conditions are evaluated on the event's current state, as that of then is not kept.
 */
export function WhyItFired({ execution }: { execution: Execution }) {
  const { explanation, explanationToday, decisions, triggerVersion } = execution;
  const noun = getEventNounForms(execution.eventSource).one;
  return (
    <div className="flex flex-col gap-6">
      {explanation ? (
        <FilterResult
          title={explanation.triggerChanged ? "Filter of today" : `Filter of version ${triggerVersion}, which fired`}
          explanation={explanation}
          noun={noun}
        />
      ) : (
        <p className="text-sm text-muted">The trigger is not kept any more.</p>
      )}
      {explanation && explanationToday && <FilterOfToday fired={explanation} today={explanationToday} noun={noun} />}
      <section aria-label="Decisions">
        <h3 className="mb-2 text-base font-medium">Decisions</h3>
        {decisions.length === 0 ? (
          <p className="text-sm text-muted">
            None are kept any more. The settings of the project say for how long they are.
          </p>
        ) : (
          <ol className="divide-y border-y">
            {decisions.map((decision) => (
              <li key={decision.id} className="flex flex-col gap-0.5 py-2 text-sm">
                <span className="flex flex-wrap items-baseline justify-between gap-x-4">
                  <span className="font-medium first-letter:uppercase">{decision.label}</span>
                  <span className="text-xs text-muted">
                    {decision.triggerVersion !== null && `version ${decision.triggerVersion} · `}
                    <Time value={decision.createdAt} />
                  </span>
                </span>
                <span className="break-words text-muted">{formatSecondsInText(decision.reason)}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

type Explained = ExecutionExplanation["conditions"][number];

/** Shows how the trigger's current filter differs from the filter that fired. */
function FilterOfToday({
  fired,
  today,
  noun,
}: {
  fired: ExecutionExplanation;
  today: ExecutionExplanation;
  noun: string;
}) {
  const isIn = (list: readonly Explained[], one: Explained) => list.some((other) => isSame(one, other));
  // A removed condition is not in the tree of the current filter. It is listed below the tree, without its groups.
  const removed = fired.conditions
    .filter((condition) => !isIn(today.conditions, condition))
    .map((condition): Explained => ({ ...condition, groups: [], path: [] }));
  const added = new Set(today.conditions.filter((condition) => !isIn(fired.conditions, condition)));
  return (
    <FilterResult
      title={added.size + removed.length === 0 ? "Filter of today, with the same conditions" : "Filter of today"}
      explanation={{ ...today, conditions: [...today.conditions, ...removed] }}
      changeOf={(condition) => (added.has(condition) ? "added" : removed.includes(condition) ? "removed" : undefined)}
      noun={noun}
    />
  );
}

const isSame = (one: Explained, other: Explained): boolean => idOf(one) === idOf(other);
const idOf = ({ column, key, operator, value, groups }: Explained): string =>
  JSON.stringify([column, key, operator, value, groups]);

type FilterResultProps = {
  title: string;
  noun: string;
  explanation: ExecutionExplanation;
  changeOf?: (condition: Explained) => ConditionChange | undefined;
};

function FilterResult({ title, noun, explanation, changeOf }: FilterResultProps) {
  const { sentence, matched, problem, triggerChanged, conditions } = explanation;
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <h3 className="flex items-center gap-2 text-base font-medium">
        {title}
        {matched !== null && (
          <Badge tone={matched ? "success" : "danger"}>{matched ? "Matches" : "Does not match"}</Badge>
        )}
      </h3>
      {conditions.length === 0 && sentence && <p className="text-sm break-words first-letter:uppercase">{sentence}</p>}
      {triggerChanged && (
        <Banner tone="warning">The version that fired is not kept any more: this is the filter of today.</Banner>
      )}
      {problem && (
        <Banner tone="warning" title="The filter could not be evaluated">
          {problem}
        </Banner>
      )}
      {conditions.length > 0 && <ConditionResultList conditions={conditions} {...(changeOf ? { changeOf } : {})} />}
      <p className="text-xs text-muted">
        Evaluated on the current {noun}. The decisions below tell the values at that time.
      </p>
    </section>
  );
}
