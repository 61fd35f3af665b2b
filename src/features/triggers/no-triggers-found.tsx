"use client";

import { useQueries } from "@tanstack/react-query";
import {
  COUNTED_ROWS_MAX,
  countRowsOfQuery,
  FilteredEmptyState,
  type RemovableFilter,
} from "@/features/shared/filtered-empty-state";
import { useTRPC } from "@/lib/trpc/client";
import type { UrlValues } from "@/lib/url-params";
import { toTriggerListInput, type triggerParams } from "./search-params";

type TriggerParams = UrlValues<typeof triggerParams>;
type NoTriggersFoundProps = {
  projectId: string;
  params: TriggerParams;
  onChange: (change: Partial<TriggerParams>) => void;
};

export function NoTriggersFound({ projectId, params, onChange }: NoTriggersFoundProps) {
  const trpc = useTRPC();
  const filters = removableFilters(params);
  const counts = useQueries({
    queries: filters.map(({ change }) =>
      trpc.trigger.list.queryOptions({
        ...toTriggerListInput(projectId, { ...params, ...change }),
        limit: COUNTED_ROWS_MAX,
      }),
    ),
    combine: (results) => results.map(countRowsOfQuery),
  });
  return (
    <FilteredEmptyState one="trigger" filters={filters} counts={counts} onChange={onChange}>
      {params.search ? `No name or description contains “${params.search}”.` : "Change or clear the filters."}
    </FilteredEmptyState>
  );
}

const removableFilters = ({ search, state, action }: TriggerParams): RemovableFilter<TriggerParams>[] => [
  ...(search ? [{ words: `search ${search}`, change: { search: "" } }] : []),
  ...(state ? [{ words: "the state", change: { state: null } }] : []),
  ...(action ? [{ words: "the action", change: { action: "" } }] : []),
];
