"use client";

import { useQueries } from "@tanstack/react-query";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import {
  COUNTED_ROWS_MAX,
  countRowsOfQuery,
  FilteredEmptyState,
  type RemovableFilter,
} from "@/features/shared/filtered-empty-state";
import { useTRPC } from "@/lib/trpc/client";
import { toDecisionListInput, type DecisionParams } from "./search-params";

type NoDecisionsFoundProps = {
  projectId: string;
  params: DecisionParams;
  onChange: (change: Partial<DecisionParams>) => void;
};

export function NoDecisionsFound({ projectId, params, onChange }: NoDecisionsFoundProps) {
  const trpc = useTRPC();
  const filters = removableFilters(params);
  const counts = useQueries({
    queries: filters.map(({ change }) =>
      trpc.decision.list.queryOptions({
        ...toDecisionListInput(projectId, { ...params, ...change }),
        limit: COUNTED_ROWS_MAX,
      }),
    ),
    combine: (results) => results.map(countRowsOfQuery),
  });
  return (
    <FilteredEmptyState one="decision" filters={filters} counts={counts} onChange={onChange}>
      The project's settings say how long decisions are kept. A plain non-match is not kept.
    </FilteredEmptyState>
  );
}

const removableFilters = ({ kind, trigger, source }: DecisionParams): RemovableFilter<DecisionParams>[] => [
  ...(kind.length > 0 ? [{ words: "the kind", change: { kind: [] } }] : []),
  ...(trigger ? [{ words: "the trigger", change: { trigger: "" } }] : []),
  ...(source ? [{ words: `${getEventNounForms().one} ${source}`, change: { source: "" } }] : []),
];
