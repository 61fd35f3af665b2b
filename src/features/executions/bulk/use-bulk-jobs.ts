"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";

/** How often progress is looked at while a job runs. */
const POLL_MS = 1_000;

/** The latest bulk jobs of the project, followed while one of them runs. */
export function useBulkJobs(projectId: string) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.bulk.list.queryOptions(
      { projectId },
      { refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === "RUNNING") ? POLL_MS : false) },
    ),
  );
  return data;
}
