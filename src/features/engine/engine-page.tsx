"use client";

import { QueryErrorMessage } from "@/components/query-error-message";
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { buttonClass } from "@/components/ui/button-class";
import { Skeleton } from "@/components/ui/skeleton";
import { EngineProjectContext, useEngineApi } from "./engine-project-context";
import { EngineSummary } from "./engine-summary";
import { FunctionTable } from "./function-table";
import { RunList } from "./run-list";
import { ENGINE_POLL_MS } from "./poll";

/**
 * Shows the state of the job engine, its background functions and their runs.
 * @param props projectId: null shows the runs of all projects
 */
export function EnginePage({ projectId }: { projectId: string | null }) {
  return (
    <EngineProjectContext value={projectId}>
      <Engine projectId={projectId} />
    </EngineProjectContext>
  );
}

function Engine({ projectId }: { projectId: string | null }) {
  const { overview } = useEngineApi();
  const { data, error, refetch } = useQuery({ ...overview, refetchInterval: ENGINE_POLL_MS });
  if (!data)
    return error ? (
      <QueryErrorMessage
        title="The state of the engine could not be loaded"
        message={error.message}
        onRetry={() => void refetch()}
      />
    ) : (
      <PageSkeleton />
    );
  if (data.kind === "inngest") return <InngestServer dashboardUrl={data.dashboardUrl} />;
  return (
    <div className="flex flex-col gap-8">
      <EngineSummary engine={data} projectId={projectId} />
      <FunctionTable functions={data.functions} />
      <RunList functions={data.functions} />
    </div>
  );
}

function InngestServer({ dashboardUrl }: { dashboardUrl: string }) {
  return (
    <div className="rounded-lg border bg-surface">
      <EmptyState
        title="An Inngest server runs the functions"
        description={
          "Their runs, queues and failures are on its dashboard, where a run can also be run again or " +
          "cancelled. Without the INNGEST_ variables the embedded engine does the work, and shows it here."
        }
        actions={
          <a href={dashboardUrl} target="_blank" rel="noreferrer" className={buttonClass({ variant: "primary" })}>
            Open the dashboard <ExternalLink aria-hidden />
          </a>
        }
      />
    </div>
  );
}

function PageSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-8">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} width="100%" className="h-[4.5rem] rounded-lg" />
        ))}
      </div>
      <Skeleton width="100%" className="h-64 rounded-lg" />
    </div>
  );
}
