import { useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";

/** Returns the action types that this installation cannot deliver, with the reason for each. */
export function useUnavailableActionTypes(projectId: string): ReadonlyMap<string, string> {
  const trpc = useTRPC();
  const { data } = useQuery({ ...trpc.action.types.queryOptions({ projectId }), staleTime: Infinity });
  return useMemo(
    () => new Map((data ?? []).flatMap(({ name, unavailable }) => (unavailable === null ? [] : [[name, unavailable]]))),
    [data],
  );
}
