"use client";

import { QueryErrorMessage } from "@/components/query-error-message";
import { useState } from "react";
import dynamic from "next/dynamic";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { LinkedPageTabs } from "@/components/linked-page-tabs";
import { PageHeader } from "@/components/page-header";
import { TimeRangePicker } from "@/components/time-range-picker";
import { StatusLabel } from "@/components/status";
import { ButtonLink } from "@/components/ui/button-link";
import { LoadMore } from "@/components/ui/load-more";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { formatCountWithNoun } from "@/lib/format";
import { listHistoryPageLinks } from "@/lib/history-page-links";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useUrl } from "@/lib/url";
import { useUrlParam, useUrlParams } from "@/lib/use-url-params";
import { useWasOpened } from "@/lib/use-was-opened";
import { BulkActionMenu } from "./bulk/bulk-action-menu";
import { ExecutionFilterBar } from "./filters/execution-filter-bar";
import { ExecutionListTools } from "./filters/execution-list-tools";
import { ExecutionPanel, preloadExecutionPanel } from "./panel/execution-panel";
import {
  executionParams,
  hasFilterBesidesStatus,
  serializeExecutionParams,
  executionTabParam,
  type ExecutionParams,
} from "./search-params";
import { useExecutionColumns } from "./use-execution-columns";
import { useLiveExecutions } from "./use-live-executions";

const loadBulkActionBar = () => import("./bulk/bulk-action-bar");
loadOnFirstInteraction(loadBulkActionBar);
const BulkActionBar = dynamic(() => loadBulkActionBar().then((module) => module.BulkActionBar), { ssr: false });
const NothingFound = dynamic(() => import("./no-executions-found").then((module) => module.NoExecutionsFound));

type ExecutionListProps = {
  projectId: string;
  /** the columns that the person chose, each as `id` or `id:width`, from a cookie; null before any choice */
  chosenColumns: readonly string[] | null;
};

/** Lists the executions of a project. If the path contains an execution id, the panel of that execution is open. */
export function ExecutionList({ projectId, chosenColumns }: ExecutionListProps) {
  const base = `/projects/${projectId}/executions`;
  const { pathname, show } = useUrl();
  const openId = /\/executions\/([^/]+)$/.exec(pathname)?.[1] ?? null;
  const [params, setParams] = useUrlParams(executionParams);
  const [tab] = useUrlParam("tab", executionTabParam);
  const { list, held, counts } = useLiveExecutions(projectId, params, openId !== null);
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const wasSelected = useWasOpened(keys.size > 0);
  const mayAct = usePermissions(projectId).may("execution:act");
  const change = (next: Partial<ExecutionParams>) => setParams(next);
  const { columns, names, toggle, tools } = useExecutionColumns(chosenColumns, {
    ofView: params.columns,
    onViewChange: (next) => change({ columns: next }),
  });
  const urlOf = (id: string) => serializeExecutionParams(`${base}/${id}`, { ...params, tab });
  return (
    <>
      <PageHeader
        title="Executions"
        isLive
        aside={<LinkedPageTabs label="History" items={listHistoryPageLinks(projectId, "executions")} />}
        range={<TimeRangePicker value={params} onValueChange={change} />}
        actions={<BulkActionMenu projectId={projectId} params={params} />}
      />
      <ExecutionFilterBar
        projectId={projectId}
        params={params}
        onChange={change}
        counts={counts}
        tools={
          <ExecutionListTools
            projectId={projectId}
            params={params}
            columns={columns.map(({ id }) => id)}
            columnNames={names}
            onToggleColumn={toggle}
          />
        }
      />
      {list.error && !list.data ? (
        <QueryErrorMessage
          title="The executions could not be loaded"
          message={list.error.message}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <DataTable
          label="Executions"
          onApproach={preloadExecutionPanel}
          columns={columns}
          columnTools={tools}
          rows={held.rows}
          rowKey={(row) => row.id}
          rowName={(row) => `${row.trigger.name} to ${row.action.name}, source ${row.sourceId}`}
          href={(row) => urlOf(row.id)}
          onOpen={(row) => show(urlOf(row.id), openId !== null)}
          activeKey={openId}
          {...(mayAct ? { selection: { keys, onChange: setKeys } } : {})}
          {...(list.hasNextPage ? { onReachEnd: () => void list.fetchNextPage() } : {})}
          // An open panel covers the middle of the list, so the button "new rows" moves to the left.
          className={openId === null ? undefined : "[&>.justify-center]:justify-start [&>.justify-center]:pl-5"}
          isStale={list.isPlaceholderData}
          arrived={held.arrived}
          newCount={held.newCount}
          onShowNew={held.showNew}
          empty={
            hasFilterBesidesStatus(params) || params.status.length > 0 ? (
              <NothingFound projectId={projectId} params={params} onChange={change} />
            ) : (
              <NothingYet projectId={projectId} />
            )
          }
          footer={<LoadMore list={list} shown={formatCountWithNoun(held.rows?.length ?? 0, "execution")} />}
        />
      )}
      {wasSelected && <BulkActionBar projectId={projectId} keys={keys} onClear={() => setKeys(new Set())} />}
      <ExecutionPanel
        projectId={projectId}
        executionId={openId}
        row={held.rows?.find(({ id }) => id === openId)}
        nextId={held.rows?.[held.rows.findIndex(({ id }) => id === openId) + 1]?.id}
        onClose={() => show(serializeExecutionParams(base, params), false)}
      />
    </>
  );
}

function NothingYet({ projectId }: { projectId: string }) {
  const base = `/projects/${projectId}`;
  return (
    <EmptyState
      example={[
        <StatusLabel key="status" tone="success">
          Delivered
        </StatusLabel>,
        "200",
        "Slow generations",
        "Jira",
        "84 ms",
        "2 min ago",
      ]}
      title="No executions yet"
      description={
        `Each run of an action, for one trigger and one ${getEventNounForms().one}, shows up here. ` +
        `Make a trigger, then send ${getEventNounForms().some}.`
      }
      actions={
        <ButtonLink href={`${base}/triggers/new`} variant="primary">
          New trigger
        </ButtonLink>
      }
    />
  );
}
