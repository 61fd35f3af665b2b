"use client";

import { useQueries } from "@tanstack/react-query";
import { FilteredEmptyState, type RemovableFilter } from "@/features/shared/filtered-empty-state";
import { makeRemovableTimeRange } from "@/features/shared/removable-time-range";
import { useTRPC } from "@/lib/trpc/client";
import { countExecutionsWithStatuses } from "./count-executions-with-status";
import { listActiveFilters, toExecutionFilters, type ExecutionParams } from "./search-params";

type NoExecutionsFoundProps = {
  projectId: string;
  params: ExecutionParams;
  onChange: (change: Partial<ExecutionParams>) => void;
};

export function NoExecutionsFound({ projectId, params, onChange }: NoExecutionsFoundProps) {
  const trpc = useTRPC();
  const filters = removableFilters(params);
  const counts = useQueries({
    queries: filters.map(({ change }) =>
      trpc.execution.counts.queryOptions({ projectId, ...toExecutionFilters({ ...params, ...change }) }),
    ),
    combine: (results) =>
      results.map(
        ({ data }, index) =>
          data && { count: countExecutionsWithStatuses(data, filters[index]?.change.status ?? params.status) },
      ),
  });
  return (
    <FilteredEmptyState one="execution" filters={filters} counts={counts} onChange={onChange}>
      New executions that fit appear here by themselves.
    </FilteredEmptyState>
  );
}

const removableFilters = (params: ExecutionParams): RemovableFilter<ExecutionParams>[] => [
  ...listActiveFilters(params).map(({ field, label, value }) => ({
    words: /^(trg|act)_/.test(value) ? `the ${label}` : `${label} ${value}`,
    change: { [field]: Array.isArray(params[field]) ? [] : "" } as Partial<ExecutionParams>,
  })),
  ...(params.status.length > 0 ? [{ words: "the status", change: { status: [] } }] : []),
  ...makeRemovableTimeRange(params),
];
