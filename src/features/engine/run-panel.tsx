"use client";

import { QueryErrorMessage } from "@/components/query-error-message";
import { PageLink } from "@/components/ui/page-link";
import { useQuery } from "@tanstack/react-query";
import { RowPanel } from "@/components/data-table/row-panel";
import { EmptyState } from "@/components/empty-state";
import { KeyValueList } from "@/components/key-value-list";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Skeleton } from "@/components/ui/skeleton";
import { textLinkClass } from "@/components/ui/text-link-class";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { makeSubjectListPath } from "@/features/shared/subject-path";
import { formatDuration, formatNumber } from "@/lib/format";
import { isNotFoundError } from "@/lib/trpc/client";
import { useEngineApi } from "./engine-project-context";
import { ENGINE_POLL_MS } from "./poll";
import { RunActions } from "./run-actions";
import { RunStateLabel } from "./run-state-label";
import { StepTimeline } from "./step-timeline";
import type { Run } from "./types";

type PanelProps = {
  runId: string | null;
  onClose: () => void;
  /** opens the panel of another run */
  onShow: (runId: string) => void;
};

/** The side panel with the details of one run, beside the list of runs. */
export function RunPanel({ runId, onClose, onShow }: PanelProps) {
  const { run } = useEngineApi();
  const { data, error, refetch } = useQuery({
    ...run(runId),
    enabled: runId !== null,
    refetchInterval: ENGINE_POLL_MS,
  });
  return (
    <RowPanel
      rowKey={runId}
      onClose={onClose}
      title={data?.functionName ?? "Run"}
      description={runId && <PanelId id={runId} />}
      footer={data && (data.can.cancel || data.can.rerun) && <RunActions run={data} onShow={onShow} />}
    >
      {data ? (
        <Body run={data} />
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
      <CopyButton text={id} label="Copy run ID" className="-my-1" />
    </span>
  );
}

function Body({ run }: { run: Run }) {
  const began = run.startedAt ?? run.createdAt;
  return (
    <div className="flex flex-col gap-6 p-5">
      <RunStateLabel run={run} />
      {run.error && (
        <section aria-label="Error" className="flex flex-col gap-3">
          <Banner tone="danger" title={run.error.name}>
            <span className="break-words whitespace-pre-wrap">{run.error.message}</span>
          </Banner>
          {run.error.stack && <CodeBlock label="Stack" samples={run.error.stack} isWrapped />}
        </section>
      )}
      <KeyValueList
        items={[
          { label: "Function", value: run.functionId, isMono: true },
          { label: "Project", value: run.owner || "none", isMono: run.owner !== "" },
          { label: "Handles", value: `${formatNumber(run.eventCount)} ${run.eventCount === 1 ? "event" : "events"}` },
          ...(run.owner ? [{ label: "In its time", value: <Meanwhile run={run} /> }] : []),
          { label: "Created", value: <Time value={run.createdAt} format="absolute" /> },
          { label: "Started", value: run.startedAt && <Time value={run.startedAt} format="absolute" /> },
          { label: "Ended", value: run.endedAt && <Time value={run.endedAt} format="absolute" /> },
          { label: "Took", value: run.endedAt && formatDuration(run.endedAt.getTime() - began.getTime()) },
          ...(run.attempt > 0 ? [{ label: "Failed tries", value: formatNumber(run.attempt) }] : []),
        ]}
      />
      <section aria-label="Steps">
        <h3 className="mb-3 text-base font-medium">Steps</h3>
        <StepTimeline run={run} />
      </section>
    </div>
  );
}

/**
 * Links to the events and executions of the time in which the run worked. A run does not store which of them it
 * handled.
 */
function Meanwhile({ run }: { run: Run }) {
  const base = `/projects/${run.owner}`;
  const end = run.endedAt ? `&to=${new Date(run.endedAt.getTime() + 1_000).toISOString()}` : "";
  const range = `from=${run.createdAt.toISOString()}${end}`;
  return (
    <span className="flex gap-3">
      <PageLink href={`${base}/executions?${range}`} prefetch={false} className={textLinkClass}>
        Executions
      </PageLink>
      <PageLink href={`${makeSubjectListPath(run.owner)}?${range}`} prefetch={false} className={textLinkClass}>
        {getEventNounForms().headings}
      </PageLink>
    </span>
  );
}

function Problem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (isNotFoundError(error)) {
    return <EmptyState title="There is no such run here" description="Runs that have ended are kept for a day." />;
  }
  return (
    <div className="p-5">
      <QueryErrorMessage
        title="The run could not be loaded"
        message={error instanceof Error ? error.message : null}
        onRetry={onRetry}
      />
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-4 p-5">
      <Skeleton width="6rem" className="h-4" />
      <Skeleton width="100%" className="h-40" />
      <Skeleton width="100%" className="h-24" />
    </div>
  );
}
