"use client";

import { useQueries } from "@tanstack/react-query";
import { eventNounForms } from "@/domain/event-source/event-noun";
import { COUNTED_ROWS_MAX, countRows, NothingFits, type RemovableFilter } from "@/features/shared/nothing-fits";
import { useTRPC } from "@/lib/trpc/client";
import { toDecisionListInput, type DecisionParams } from "./search-params";

type NoDecisionsFoundProps = {
  projectId: string;
  params: DecisionParams;
  onChange: (change: Partial<DecisionParams>) => void;
};

/** Replaces a list of decisions without a hit. */
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
    combine: (results) => results.map(countRows),
  });
  return (
    <NothingFits one="decision" filters={filters} counts={counts} onChange={onChange}>
      Decisions about events stay here for a week. A plain non-match is not kept.
    </NothingFits>
  );
}

const removableFilters = ({ kind, trigger, source }: DecisionParams): RemovableFilter<DecisionParams>[] => [
  ...(kind.length > 0 ? [{ words: "the kind", change: { kind: [] } }] : []),
  ...(trigger ? [{ words: "the trigger", change: { trigger: "" } }] : []),
  ...(source ? [{ words: `${eventNounForms().one} ${source}`, change: { source: "" } }] : []),
];
