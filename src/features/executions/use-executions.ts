"use client";

import { useSyncExternalStore } from "react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useHeldRows } from "@/lib/use-held-rows";
import { subscribeToSeconds } from "@/lib/ticker";
import { useTRPC } from "@/lib/trpc/client";
import { toFilters, type ExecutionParams } from "./search-params";
import type { ExecutionRow } from "./types";

const MINUTE_MS = 60_000;

/** The list and its counts, kept up to date; rows that arrive while a panel is open or the list is scrolled wait. */
export function useExecutions(projectId: string, params: ExecutionParams, isPinned: boolean) {
  const trpc = useTRPC();
  const minute = useMinute();
  const isRolling = params.range !== null && params.from === null && params.to === null;
  const filters = toFilters(params, (minute ?? 0) * MINUTE_MS);
  const enabled = !isRolling || minute !== null;
  const status = params.status.length > 0 ? { status: params.status } : {};
  const list = useInfiniteQuery({
    ...trpc.execution.list.infiniteQueryOptions(
      { projectId, ...filters, ...status },
      { getNextPageParam: (page) => page.nextCursor, initialCursor: null },
    ),
    placeholderData: keepPreviousData,
    enabled,
  });
  const counts = useQuery({
    ...trpc.execution.counts.queryOptions({ projectId, ...filters }),
    placeholderData: keepPreviousData,
    enabled,
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

/** Minutes since 1970, so that a rolling range asks anew once a minute; null on the server. */
const useMinute = (): number | null =>
  useSyncExternalStore(
    subscribeToSeconds,
    () => Math.floor(Date.now() / MINUTE_MS),
    () => null,
  );
