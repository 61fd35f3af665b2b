"use client";

import { useMemo } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import type { SelectableAction } from "../types";

/**
 * Returns the actions with these ids, in the order of the ids. Deleted actions are left out, and so are actions that
 * have not loaded yet.
 */
export function useActionsById(projectId: string, ids: readonly string[]): readonly SelectableAction[] {
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.action.list.queryOptions({ projectId, ids: ids.toSorted(), limit: Math.max(1, ids.length) }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => ids.flatMap((id) => data?.items.find((action) => action.id === id) ?? []), [ids, data]);
}
