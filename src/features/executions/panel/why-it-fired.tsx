import { CircleCheck, CircleX } from "lucide-react";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Badge } from "@/components/ui/badge";
import { eventNounForms } from "@/domain/event-source/event-noun";
import type { Execution, Explanation } from "../types";

/**
 * Shows why an execution fired: the result of the filter that fired, the result of the current filter if it has
 * changed, and the decisions.
 */
export function WhyItFired({ execution }: { execution: Execution }) {
  const { explanation, explanationToday, decisions, triggerVersion } = execution;
  const noun = eventNounForms(execution.eventSource).one;
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
      {explanationToday && <FilterResult title="Filter of today" explanation={explanationToday} noun={noun} />}
      <section aria-label="Decisions">
        <h3 className="mb-2 text-sm font-semibold">Decisions</h3>
        {decisions.length === 0 ? (
          <p className="text-sm text-muted">None are kept any more: decisions stay for a week.</p>
        ) : (
          <ol className="divide-y rounded-lg border">
            {decisions.map((decision) => (
              <li key={decision.id} className="flex flex-col gap-0.5 px-3.5 py-2.5 text-sm">
                <span className="flex flex-wrap items-baseline justify-between gap-x-4">
                  <span className="font-medium first-letter:uppercase">{decision.label}</span>
                  <span className="text-xs text-muted">
                    {decision.triggerVersion !== null && `version ${decision.triggerVersion} · `}
                    <Time value={decision.createdAt} />
                  </span>
                </span>
                <span className="break-words text-muted">{decision.reason}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function FilterResult({
  title,
  noun,
  explanation: { sentence, matched, problem, triggerChanged, conditions },
}: {
  title: string;
  noun: string;
  explanation: Explanation;
}) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <h3 className="flex items-center gap-2 text-sm font-semibold">
        {title}
        {matched !== null && (
          <Badge tone={matched ? "success" : "danger"}>{matched ? "Matches" : "Does not match"}</Badge>
        )}
      </h3>
      {sentence && <p className="text-sm break-words first-letter:uppercase">{sentence}</p>}
      <p className="text-xs text-muted">
        Evaluated on the current {noun}. The decisions below tell the values at that time.
      </p>
      {triggerChanged && (
        <Banner tone="warning">The version that fired is not kept any more: this is the filter of today.</Banner>
      )}
      {problem && (
        <Banner tone="warning" title="The filter could not be evaluated">
          {problem}
        </Banner>
      )}
      {conditions.length > 0 && (
        <ul aria-label="Conditions" className="divide-y rounded-lg border">
          {conditions.map((condition) => (
            <Condition key={condition.path.join(".")} condition={condition} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Condition({
  condition: { label, key, operator, value, passed, seen, hidden, truncated, note },
}: {
  condition: Explanation["conditions"][number];
}) {
  const Icon = passed ? CircleCheck : CircleX;
  return (
    <li className="flex gap-2.5 px-3.5 py-2.5 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${passed ? "text-success" : "text-danger"}`} />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="break-words">
          <span className="sr-only">{passed ? "Passed: " : "Failed: "}</span>
          <span className="font-medium">{key ? `${label}.${key}` : label}</span>{" "}
          <span className="text-muted">{operator}</span>{" "}
          {value !== undefined && <code className="font-mono text-xs">{show(value)}</code>}
        </span>
        <span className="text-xs break-words text-muted">
          {hidden ? (
            "The seen values are hidden from viewers."
          ) : seen === null || seen === undefined ? (
            "no value"
          ) : (
            <>
              saw <code className="font-mono">{show(seen)}</code>
            </>
          )}
          {!hidden && note && ` · ${note}`}
          {truncated && " · only the first 64 KB were looked at"}
        </span>
      </span>
    </li>
  );
}

const show = (value: unknown): string =>
  Array.isArray(value) ? value.map(show).join(", ") : typeof value === "string" ? value || '""' : JSON.stringify(value);
