"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useHeldRows } from "@/lib/use-held-rows";
import { useTRPC } from "@/lib/trpc/client";
import { byCursor } from "@/lib/by-cursor";
import { toFilters, toListInput, type ExecutionParams } from "./search-params";
import type { ExecutionRow } from "./types";

/** Returns the list and its counts, with live updates. New rows wait while a panel is open or the list is scrolled. */
export function useExecutions(projectId: string, { columns: _, ...params }: ExecutionParams, isPinned: boolean) {
  const trpc = useTRPC();
  const list = useInfiniteQuery({
    ...trpc.execution.list.infiniteQueryOptions(toListInput(projectId, params), byCursor),
    placeholderData: keepPreviousData,
  });
  const counts = useQuery({
    ...trpc.execution.counts.queryOptions({ projectId, ...toFilters(params) }),
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
