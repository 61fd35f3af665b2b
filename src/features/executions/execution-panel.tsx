"use client";

import { useQuery } from "@tanstack/react-query";
import { RowPanel } from "@/components/data-table/row-panel";
import { EmptyState } from "@/components/empty-state";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Skeleton } from "@/components/ui/skeleton";
import { isApiError, useTRPC } from "@/lib/trpc/client";
import { ExecutionActions } from "./execution-actions";
import { ExecutionFacts, ExecutionHead } from "./execution-facts";
import { ExecutionTabs } from "./execution-tabs";
import { AttemptTimeline } from "./attempt-timeline";
import type { Execution } from "./types";

type PanelProps = { projectId: string; executionId: string | null; onClose: () => void };

/** One execution beside the list. */
export function ExecutionPanel({ projectId, executionId, onClose }: PanelProps) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({
    ...trpc.execution.get.queryOptions({ projectId, executionId: executionId ?? "" }),
    enabled: executionId !== null,
  });
  return (
    <RowPanel
      rowKey={executionId}
      onClose={onClose}
      title={data ? `${data.trigger.name} → ${data.action.name}` : "Execution"}
      description={executionId && <PanelId id={executionId} />}
      footer={data && <ExecutionActions projectId={projectId} execution={data} />}
    >
      {data ? (
        <Body key={data.id} projectId={projectId} execution={data} />
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <PanelSkeleton />
      )}
    </RowPanel>
  );
}

function PanelId({ id }: { id: string }) {
  return (
    <span className="flex items-center gap-1 font-mono text-xs">
      <span className="truncate">{id}</span>
      <CopyButton text={id} label="Copy execution ID" className="-my-1" />
    </span>
  );
}

function Body({ projectId, execution }: { projectId: string; execution: Execution }) {
  return (
    <div className="flex flex-col gap-6 p-5">
      <ExecutionHead execution={execution} />
      <ExecutionFacts projectId={projectId} execution={execution} />
      <section aria-label="Attempts">
        <h3 className="mb-3 text-sm font-semibold">Attempts</h3>
        <AttemptTimeline execution={execution} />
      </section>
      <ExecutionTabs projectId={projectId} execution={execution} />
    </div>
  );
}

function Problem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (isApiError(error) && error.data?.code === "NOT_FOUND") {
    return (
      <EmptyState
        title="There is no such execution"
        description="It belongs to another project, or its retention has ended."
      />
    );
  }
  return (
    <div className="p-5">
      <Banner
        tone="danger"
        title="The execution could not be loaded"
        action={
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {error instanceof Error ? error.message : null}
      </Banner>
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-4 p-5">
      <Skeleton width="40%" className="h-5" />
      {["70%", "55%", "80%", "60%", "45%"].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
      <Skeleton width="100%" className="h-24" />
    </div>
  );
}
