"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useHeldRows } from "@/lib/use-held-rows";
import { useTRPC } from "@/lib/trpc/client";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { toExecutionFilters, toExecutionListInput, type ExecutionParams } from "./search-params";
import type { ExecutionRow } from "./types";

/**
 * Returns the list of executions and the counts by status, with live updates. While a panel is open or the list is
 * scrolled, new rows are held back.
 */
export function useLiveExecutions(projectId: string, { columns: _, ...params }: ExecutionParams, isPinned: boolean) {
  const trpc = useTRPC();
  const list = useInfiniteQuery({
    ...trpc.execution.list.infiniteQueryOptions(toExecutionListInput(projectId, params), cursorQueryOptions),
    placeholderData: keepPreviousData,
  });
  const counts = useQuery({
    ...trpc.execution.counts.queryOptions({ projectId, ...toExecutionFilters(params) }),
    placeholderData: keepPreviousData,
  });
  const held = useHeldRows({
    rows: list.data?.pages.flatMap((page) => page.items),
    keyOf: (row: ExecutionRow) => row.id,
    scope: JSON.stringify(params),
    isStale: list.isPlaceholderData,
    isPinned,
  });
  return { list, held, counts: counts.data };
}
