"use client";

import { createContext, useContext } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useTRPCClient } from "@/lib/trpc/client";
import { makeRunIdAfterTime } from "./make-run-id-after-time";
import type { RunListParams } from "./search-params";

/** The id of the project whose runs the engine's pages show. Null stands for the whole installation. */
export const EngineProjectContext = createContext<string | null>(null);

/**
 * Returns the queries and the calls of the engine's pages. Within a project they cover its own runs. For an admin of
 * the installation they cover all runs.
 */
export function useEngineApi() {
  const projectId = useContext(EngineProjectContext);
  const { engine, installation } = useTRPCClient();
  const queryClient = useQueryClient();
  const key = ["engine-page", projectId] as const;
  return {
    projectId,
    path: projectId === null ? "/engine" : `/projects/${projectId}/settings/engine`,
    overview: {
      queryKey: [...key, "overview"],
      queryFn: () => (projectId === null ? installation.engine.query() : engine.get.query({ projectId })),
    },
    runs: ({ function: functionId, state, until }: RunListParams) => {
      const filters = { ...(functionId ? { functionId } : {}), ...(state ? { state } : {}) };
      return {
        queryKey: [...key, "runs", filters, until?.getTime() ?? null],
        initialPageParam: until && makeRunIdAfterTime(until),
        queryFn: ({ pageParam: cursor }: { pageParam: string | null }) =>
          projectId === null
            ? installation.runs.query({ ...filters, cursor })
            : engine.runs.query({ projectId, ...filters, cursor }),
      };
    },
    run: (runId: string | null) => ({
      queryKey: [...key, "run", runId],
      queryFn: () =>
        projectId === null
          ? installation.run.query({ runId: runId ?? "" })
          : engine.run.query({ projectId, runId: runId ?? "" }),
    }),
    cancel: (runId: string) =>
      projectId === null ? installation.cancel.mutate({ runId }) : engine.cancel.mutate({ projectId, runId }),
    rerun: (runId: string) =>
      projectId === null ? installation.rerun.mutate({ runId }) : engine.rerun.mutate({ projectId, runId }),
    refresh: () => queryClient.invalidateQueries({ queryKey: key }),
  };
}
