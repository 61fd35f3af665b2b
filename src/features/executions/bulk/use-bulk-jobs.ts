"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { FRAME_QUERY_OPTIONS } from "@/lib/trpc/frame-query-options";

/** How often the page asks for the progress while a job runs, in ms. */
const POLL_MS = 1_000;

/** Returns the latest bulk jobs of the project, and loads them every second while a job runs. */
export function useBulkJobs(projectId: string) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.bulk.list.queryOptions(
      { projectId },
      {
        ...FRAME_QUERY_OPTIONS,
        refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === "RUNNING") ? POLL_MS : false),
      },
    ),
  );
  return data;
}
