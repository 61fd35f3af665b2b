"use client";

import { useQueries } from "@tanstack/react-query";
import type { EventNounForms } from "@/domain/event-source/event-noun";
import { FilteredEmptyState, type RemovableFilter } from "@/features/shared/filtered-empty-state";
import { makeRemovableTimeRange } from "@/features/shared/removable-time-range";
import { useTRPC } from "@/lib/trpc/client";
import { listFiltersSetByLink, toObservationFilters, type ObservationParams } from "./search-params";
import type { LevelCounts } from "./types";

type NoObservationsFoundProps = {
  projectId: string;
  noun: EventNounForms;
  params: ObservationParams;
  onChange: (change: Partial<ObservationParams>) => void;
};

export function NoObservationsFound({ projectId, noun, params, onChange }: NoObservationsFoundProps) {
  const trpc = useTRPC();
  const filters = removableFilters(params);
  const counts = useQueries({
    queries: filters.map(({ change }) =>
      trpc.observation.counts.queryOptions({ projectId, ...toObservationFilters({ ...params, ...change }) }),
    ),
    combine: (results) =>
      results.map(({ data }, index) => data && countLevelsIn(data, filters[index]?.change.level ?? params.level)),
  });
  return (
    <FilteredEmptyState one={noun.one} filters={filters} counts={counts} onChange={onChange}>
      New {noun.many} that fit appear here by themselves.
    </FilteredEmptyState>
  );
}

/**
 * Adds up the counts of some levels; of all levels if the list is empty. The server counts only the newest
 * observations. If there are more, `cap` equals the count, and the page shows the count with a plus.
 */
function countLevelsIn({ counts, isPartial }: LevelCounts, levels: readonly string[]) {
  const count = Object.entries(counts)
    .filter(([level]) => levels.length === 0 || levels.includes(level))
    .reduce((sum, [, each]) => sum + each, 0);
  return { count, cap: isPartial ? count : Infinity };
}

function removableFilters(params: ObservationParams): RemovableFilter<ObservationParams>[] {
  const chosen = [
    { key: "q", label: "search", value: params.q },
    { key: "type", label: "type", value: params.type },
    { key: "model", label: "model", value: params.model },
    { key: "env", label: "environment", value: params.env },
    ...listFiltersSetByLink(params),
  ] as const;
  return [
    ...chosen
      .filter(({ value }) => value !== "")
      .map(({ key, label, value }) => ({ words: `${label} ${value}`, change: { [key]: "" } })),
    ...(params.level.length > 0 ? [{ words: `level ${params.level.join(", ")}`, change: { level: [] } }] : []),
    ...(params.source ? [{ words: "the event", change: { source: "" } }] : []),
    ...makeRemovableTimeRange(params),
  ];
}
