import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";

/** How often progress is looked at while one runs. */
const POLL_MS = 1_000;

/** The latest bulk resends, and the one that has not ended. */
export function useResends(projectId: string, isEnabled: boolean) {
  const trpc = useTRPC();
  const { data: list } = useQuery(
    trpc.resend.list.queryOptions(
      { projectId },
      {
        enabled: isEnabled,
        refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === "RUNNING") ? POLL_MS : false),
      },
    ),
  );
  return { list, current: list?.find(({ status }) => status === "RUNNING" || status === "PAUSED") };
}
