"use client";

import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "@/components/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { ExecutionTitle } from "@/features/shared/execution-title";
import { useTRPC } from "@/lib/trpc/client";
import { ExecutionActions } from "./execution-actions";
import { ExecutionDetail } from "./execution-detail";
import { ExecutionStatusSummary } from "./execution-status-summary";
import { ExecutionId } from "./execution-id";
import { ExecutionLoadError } from "./execution-load-error";

/** The page of one execution, with the request and the response side by side. */
export function ExecutionPage({ projectId, executionId }: { projectId: string; executionId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.execution.get.queryOptions({ projectId, executionId }));
  return (
    <>
      <PageHeader
        title={data ? <ExecutionTitle {...data} /> : "Execution"}
        parents={[{ label: "Executions", href: `/projects/${projectId}/executions` }]}
        isLive
        aside={<ExecutionId id={executionId} />}
        actions={data && <ExecutionActions projectId={projectId} execution={data} isPage />}
      />
      {data ? (
        <div className="flex flex-col gap-5">
          <ExecutionStatusSummary execution={data} />
          <ExecutionDetail projectId={projectId} execution={data} isWide />
        </div>
      ) : error ? (
        <ExecutionLoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton width="100%" className="h-64" />
      )}
    </>
  );
}
