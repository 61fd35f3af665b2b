"use client";

import { memo, useCallback } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { Card } from "@/components/ui/card";
import type { EventSource } from "@/domain/event-source/event-source";
import type { FilterProblem } from "@/domain/filter/check-filter";
import type { FilterContradiction } from "@/domain/filter/contradiction";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import { useTRPC } from "@/lib/trpc/client";
import { FilterBuilder } from "./filter-builder/filter-builder";
import type { ConditionOutcome } from "./filter-builder/filter-builder-context";
import { EventSourceField } from "./trigger-fields";

type FilterCardProps = {
  projectId: string;
  source: EventSource;
  filter: Filter;
  onChange: (filter: Filter) => void;
  onSourceChanged: () => void;
  problems: readonly FilterProblem[];
  contradiction: FilterContradiction | null;
  isStrict: boolean;
  /** the result of each condition on the event that the person chose to try the filter on */
  outcomes: readonly ConditionOutcome[] | undefined;
  /** returns the share of the newest stored events that a condition prevents from matching, 0 to 1 */
  stoppedShare: (condition: FilterCondition) => number | undefined;
  onDraftProblem: (problem: string | null) => void;
  /** the server's error about the filter as a whole; null without one */
  error: string | null;
  isReadOnly: boolean;
};

/** The card of the trigger form in which a person edits the filter. */
export const FilterCard = memo(function FilterCard({
  projectId,
  source,
  filter,
  onChange,
  onSourceChanged,
  problems,
  contradiction,
  isStrict,
  outcomes,
  stoppedShare,
  onDraftProblem,
  error,
  isReadOnly,
}: FilterCardProps) {
  const { suggestions, keySuggestions } = useSuggestions(projectId, source.name);
  const trpc = useTRPC();
  const inUse = useQuery(
    trpc.trigger.columnsByUse.queryOptions(
      { projectId, eventSource: source.name },
      { enabled: !isReadOnly, staleTime: KEPT_MS },
    ),
  );
  return (
    <Card title="When">
      <div className="flex flex-col gap-5">
        <EventSourceField isReadOnly={isReadOnly} onChanged={onSourceChanged} />
        <div id="trigger-filter" className="flex min-w-0 flex-col gap-2">
          <FilterBuilder
            source={source}
            value={filter}
            onChange={onChange}
            suggestions={suggestions}
            keySuggestions={keySuggestions}
            columnsInUse={inUse.data}
            problems={problems}
            contradiction={contradiction}
            isStrict={isStrict}
            outcomes={outcomes}
            stoppedShare={stoppedShare}
            onDraftProblem={onDraftProblem}
            isDisabled={isReadOnly}
          />
          {error && (
            <p role="alert" className="flex items-start gap-1.5 text-xs text-danger-text">
              <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
              {error}
            </p>
          )}
        </div>
      </div>
    </Card>
  );
});

const KEPT_MS = 60_000;

/** Returns functions that fetch values and keys from the project's stored events. */
function useSuggestions(projectId: string, eventSource: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const ask = useCallback(
    (column: string, key?: string) =>
      queryClient.fetchQuery({
        ...trpc.observation.columnValues.queryOptions({ projectId, eventSource, column, ...(key ? { key } : {}) }),
        staleTime: KEPT_MS,
      }),
    [queryClient, trpc, projectId, eventSource],
  );
  const suggestions = useCallback(async (column: string, key?: string) => (await ask(column, key)).values, [ask]);
  const keySuggestions = useCallback(async (column: string) => (await ask(column)).keys, [ask]);
  return { suggestions, keySuggestions };
}
