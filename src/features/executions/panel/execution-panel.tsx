"use client";

import { useEffect } from "react";
import dynamic from "next/dynamic";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RowPanel } from "@/components/data-table/row-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { ExecutionTitle } from "@/features/shared/execution-title";
import { useTRPC } from "@/lib/trpc/client";
import type { ExecutionRow } from "../types";
import { ExecutionStatusSummary } from "./execution-status-summary";
import { ExecutionId } from "./execution-id";
import { ExecutionLoadError } from "./execution-load-error";

// The scripts of the details and the buttons load when the pointer or the focus enters the table of the list.
const loadDetail = () => import("./execution-detail");
const loadActions = () => import("./execution-actions");
const ExecutionDetail = dynamic(() => loadDetail().then((module) => module.ExecutionDetail), {
  loading: () => <DetailSkeleton />,
});
const ExecutionActions = dynamic(() => loadActions().then((module) => module.ExecutionActions));

/** Loads the script of the execution panel before a person opens the panel. */
export const preloadExecutionPanel = (): void => void Promise.all([loadDetail(), loadActions()]);

type PanelProps = {
  projectId: string;
  executionId: string | null;
  /** the row of the execution in the list; the panel shows its data until the server answers */
  row: ExecutionRow | undefined;
  /** the id of the next execution in the list, which the key J opens; the panel loads it in advance */
  nextId: string | undefined;
  onClose: () => void;
};

export function ExecutionPanel({ projectId, executionId, row, nextId, onClose }: PanelProps) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({
    ...trpc.execution.get.queryOptions({ projectId, executionId: executionId ?? "" }),
    enabled: executionId !== null,
  });
  usePrefetch(projectId, executionId !== null && data ? nextId : undefined);
  const known = data ?? row;
  return (
    <RowPanel
      rowKey={executionId}
      onClose={onClose}
      title={known ? <ExecutionTitle {...known} /> : "Execution"}
      description={executionId && <ExecutionId id={executionId} />}
      footer={data && <ExecutionActions projectId={projectId} execution={data} />}
    >
      {error && !data ? (
        <ExecutionLoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="flex flex-col gap-4 px-5 py-4">
          {known && <ExecutionStatusSummary execution={known} />}
          {data ? <ExecutionDetail key={data.id} projectId={projectId} execution={data} /> : <DetailSkeleton />}
        </div>
      )}
    </RowPanel>
  );
}

function usePrefetch(projectId: string, executionId: string | undefined): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    if (executionId !== undefined)
      void queryClient.prefetchQuery(trpc.execution.get.queryOptions({ projectId, executionId }));
  }, [trpc, queryClient, projectId, executionId]);
}

function DetailSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-4">
      <Skeleton width="100%" className="h-6" />
      <Skeleton width="100%" className="h-48" />
    </div>
  );
}
