"use client";

import { useParams, useRouter } from "next/navigation";
import { Activity, SearchX } from "lucide-react";
import { useQueryState, useQueryStates } from "nuqs";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { RangePicker } from "@/components/range-picker";
import { TroubledActions } from "@/components/troubled-actions";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { CodeBlock } from "@/components/ui/code-block";
import { LoadMore } from "@/components/ui/load-more";
import { eventSnippets } from "@/lib/event-snippets";
import { plural } from "@/lib/format";
import { useHydrated } from "@/lib/use-hydrated";
import { executionColumns } from "./columns";
import { ExecutionFilters } from "./execution-filters";
import { ExecutionPanel } from "./execution-panel";
import { ResendButton } from "./resend/resend-button";
import { executionParams, hasFilters, serializeExecutionParams, tabParam, type ExecutionParams } from "./search-params";
import { useExecutions } from "./use-executions";

/** The executions of a project, with the panel of the one that the path names over them. */
export function ExecutionList({ projectId }: { projectId: string }) {
  const router = useRouter();
  const openId = useParams<{ executionId?: string }>().executionId ?? null;
  const [params, setParams] = useQueryStates(executionParams);
  const [tab] = useQueryState("tab", tabParam);
  const { list, held, counts } = useExecutions(projectId, params, openId !== null);
  const base = `/projects/${projectId}/executions`;
  const change = (next: Partial<ExecutionParams>) => void setParams(next);
  const isNarrowed = hasFilters(params) || params.status.length > 0;
  const clear = () => void setParams(null);
  return (
    <>
      <PageHeader
        title="Executions"
        isLive
        range={<RangePicker value={params} onValueChange={change} />}
        actions={<ResendButton projectId={projectId} params={params} />}
      />
      <TroubledActions projectId={projectId} className="mb-4" />
      <ExecutionFilters projectId={projectId} params={params} onChange={change} counts={counts} />
      {list.error && !list.data ? (
        <Banner
          tone="danger"
          title="The executions could not be loaded"
          action={
            <Button size="sm" onClick={() => void list.refetch()}>
              Try again
            </Button>
          }
        >
          {list.error.message}
        </Banner>
      ) : (
        <DataTable
          label="Executions"
          columns={executionColumns}
          rows={held.rows}
          rowKey={(row) => row.id}
          href={(row) => serializeExecutionParams(`${base}/${row.id}`, { ...params, tab })}
          activeKey={openId}
          // The panel covers the middle of the list, where the button of the new rows stands.
          className={openId === null ? undefined : "[&>.justify-center]:justify-start [&>.justify-center]:pl-5"}
          isStale={list.isPlaceholderData}
          newCount={held.newCount}
          onShowNew={held.showNew}
          empty={isNarrowed ? <NothingFound onClear={clear} /> : <NothingYet projectId={projectId} />}
          footer={
            <LoadMore
              hasMore={list.hasNextPage}
              isLoading={list.isFetchingNextPage}
              onLoadMore={() => void list.fetchNextPage()}
              shown={plural(held.rows?.length ?? 0, "execution")}
            />
          }
        />
      )}
      <ExecutionPanel
        projectId={projectId}
        executionId={openId}
        onClose={() => router.push(serializeExecutionParams(base, params), { scroll: false })}
      />
    </>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No execution fits these filters"
      description="Those that fit will appear here by themselves."
      actions={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

function NothingYet({ projectId }: { projectId: string }) {
  const isHydrated = useHydrated();
  const base = `/projects/${projectId}`;
  return (
    <EmptyState
      icon={<Activity aria-hidden />}
      title="No executions yet"
      description="When an observation matches an active trigger, each of its actions runs once for it, and shows up here. Make a trigger, then send an observation."
      actions={
        <>
          <ButtonLink href={`${base}/triggers/new`} variant="primary">
            New trigger
          </ButtonLink>
          <ButtonLink href={`${base}/settings/event-keys`}>Event keys</ButtonLink>
        </>
      }
    >
      {isHydrated && (
        <CodeBlock
          label="Send an observation"
          samples={eventSnippets({ appUrl: window.location.origin, eventKey: "YOUR_EVENT_KEY" })}
        />
      )}
    </EmptyState>
  );
}
