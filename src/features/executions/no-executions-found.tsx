"use client";

import { useQueries } from "@tanstack/react-query";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { formatCount } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { countExecutionsWithStatuses } from "./count-executions-with-status";
import { listActiveFilters, toExecutionFilters, type ExecutionParams } from "./search-params";

type NothingFoundProps = {
  projectId: string;
  params: ExecutionParams;
  onChange: (change: Partial<ExecutionParams>) => void;
};

/** An active filter in words, with the change of the URL parameters that removes the filter. */
type Removable = { words: string; change: Partial<ExecutionParams> };

/**
 * Shown in place of the list if no execution matches. It names the filter whose removal shows the most executions, and
 * offers to remove that filter.
 */
export function NoExecutionsFound({ projectId, params, onChange }: NothingFoundProps) {
  const filters = removableFilters(params);
  const narrowest = useNarrowest(projectId, params, filters);
  return (
    <EmptyState
      title="No execution fits these filters"
      description={
        narrowest
          ? `Without ${narrowest.words}, ${formatCount(narrowest.count)} would fit.`
          : "New executions that fit appear here by themselves."
      }
      actions={
        <>
          {narrowest && (
            <Button variant="primary" onClick={() => onChange(narrowest.change)}>
              Remove {narrowest.words}
            </Button>
          )}
          {(!narrowest || filters.length > 1) && (
            <Button variant={narrowest ? "ghost" : "primary"} onClick={() => onChange(changeOf(filters))}>
              Clear filters
            </Button>
          )}
        </>
      }
    />
  );
}

function removableFilters(params: ExecutionParams): Removable[] {
  const time = params.range !== null || params.from !== null || params.to !== null;
  return [
    ...listActiveFilters(params).map(({ field, label, value }) => ({
      words: `${label} ${value}`,
      change: { [field]: Array.isArray(params[field]) ? [] : "" } as Partial<ExecutionParams>,
    })),
    ...(params.status.length > 0 ? [{ words: "the status", change: { status: [] } }] : []),
    ...(time ? [{ words: "the time range", change: { range: null, from: null, to: null } }] : []),
  ];
}

const changeOf = (filters: readonly Removable[]): Partial<ExecutionParams> =>
  Object.assign({}, ...filters.map(({ change }) => change)) as Partial<ExecutionParams>;

/**
 * Returns the filter whose removal shows the most executions. Null if the list stays empty whichever single filter is
 * removed.
 */
function useNarrowest(projectId: string, params: ExecutionParams, filters: readonly Removable[]) {
  const trpc = useTRPC();
  const left = filters.map(({ change }) => ({ ...params, ...change }));
  const counts = useQueries({
    queries: left.map((rest) => trpc.execution.counts.queryOptions({ projectId, ...toExecutionFilters(rest) })),
    combine: (results) => results.map(({ data }) => data),
  });
  const found = filters.map((filter, index) => {
    const data = counts[index];
    return { ...filter, count: data ? countExecutionsWithStatuses(data, left[index]?.status ?? []) : 0 };
  });
  const best = found.toSorted((one, other) => other.count - one.count)[0];
  return best && best.count > 0 ? best : null;
}
