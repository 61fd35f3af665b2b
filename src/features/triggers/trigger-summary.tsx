import { memo, type ReactNode } from "react";
import { Identifier } from "@/components/identifier";
import { Card } from "@/components/ui/card";
import type { EventSource } from "@/domain/event-source/event-source";
import { describeFilter } from "@/domain/filter/describe-filter";
import type { Filter } from "@/domain/filter/schema";
import { formatDuration, formatNumber, formatRate } from "@/lib/format";
import type { SelectableAction, TriggerFormValues } from "./types";

type TriggerSummaryProps = {
  source: EventSource;
  filter: Filter;
  values: TriggerFormValues;
  actions: readonly SelectableAction[];
  hasProblems: boolean;
};

/** Describes in plain English what the form's trigger does: which events it matches, and what it then sends. */
export const TriggerSummary = memo(function TriggerSummary(props: TriggerSummaryProps) {
  const { source, filter, values, actions, hasProblems } = props;
  const { one, many } = source.noun;
  const isEvery = filter.children.length === 0;
  return (
    <Card title="What happens">
      <ol aria-label="What happens" className="flex flex-col">
        <Step title={isEvery ? `Any ${one} arrives or changes` : "An event matches the filter"}>
          {hasProblems ? (
            "The filter is not complete yet."
          ) : isEvery ? (
            `Every event about ${many} matches.`
          ) : (
            <span className="line-clamp-2">It matches where {describeFilter(source, filter)}.</span>
          )}
        </Step>
        <Step
          title={
            values.samplingRate >= 1
              ? "Every match goes on"
              : values.samplingRate <= 0
                ? "No match goes on"
                : `${formatRate(values.samplingRate)} of the matches go on`
          }
        >
          {samplingText(values, one)}
        </Step>
        <Step title={delayTitle(values)}>
          {values.delaySeconds > 0
            ? `Updates during the wait count. If the ${one} stops matching, the execution is cancelled.`
            : `Each action runs once for each ${one}, however often it matches.`}
        </Step>
        <Step title={actionsTitle(values, actions)} isLast>
          {actions.length > 0 ? <ActionTargets actions={actions} /> : "Choose at least one action."}
        </Step>
      </ol>
      {values.capPerHour !== null && (
        <p className="mt-4 text-xs text-muted">
          At most {formatNumber(values.capPerHour)} executions an hour; more are skipped.
        </p>
      )}
      {values.status === "DISABLED" && (
        <p className="mt-4 rounded-md bg-neutral-soft px-3 py-2 text-xs text-muted">
          Nothing of this happens while the trigger is off.
        </p>
      )}
    </Card>
  );
});

function Step({ title, isLast = false, children }: { title: ReactNode; isLast?: boolean; children: ReactNode }) {
  return (
    <li className="relative pb-4 pl-6 last:pb-0">
      <span aria-hidden className="absolute top-1.5 left-0 size-2 rounded-full bg-neutral" />
      {!isLast && <span aria-hidden className="absolute top-4 bottom-[-0.25rem] left-[3.5px] w-px bg-line-strong" />}
      <p className="text-sm font-medium">{title}</p>
      <div className="mt-0.5 text-xs break-words text-muted">{children}</div>
    </li>
  );
}

function samplingText({ samplingRate, samplingBy }: TriggerFormValues, one: string): string {
  if (samplingRate >= 1) return "Nothing is sampled out.";
  if (samplingRate <= 0) return "Everything is sampled out.";
  return samplingBy === "source"
    ? `Drawn for each ${one}; an update gets the same answer.`
    : `Drawn for each ${samplingBy}: all of it goes on, or none.`;
}

function delayTitle({ delaySeconds, delayMode }: TriggerFormValues): string {
  if (!(delaySeconds > 0)) return "It starts at once";
  const wait = formatDuration(delaySeconds * 1_000);
  return delayMode === "quiet" ? `It waits until it has been quiet for ${wait}` : `It waits ${wait}`;
}

function actionsTitle({ actionIds }: TriggerFormValues, actions: readonly SelectableAction[]): string {
  const count = Math.max(actionIds.length, actions.length);
  if (count === 0) return "No action starts yet";
  return count === 1 ? "One action starts" : `${count} actions start`;
}

function ActionTargets({ actions }: { actions: readonly SelectableAction[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {actions.map((action) => (
        <li key={action.id}>
          <span className="text-foreground">{action.name}</span>
          {action.disabledAt
            ? " is switched off: its executions are skipped."
            : action.target && (
                <>
                  {" "}
                  <Identifier>{[action.target.verb, action.target.address].filter(Boolean).join(" ")}</Identifier>
                </>
              )}
        </li>
      ))}
    </ul>
  );
}
