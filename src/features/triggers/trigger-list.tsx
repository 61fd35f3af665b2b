"use client";

import { useMemo, useState, type ReactNode } from "react";
import dynamic from "next/dynamic";
import { PageLink } from "@/components/ui/page-link";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { QueryErrorMessage } from "@/components/query-error-message";
import { ButtonLink } from "@/components/ui/button-link";
import { LoadMore } from "@/components/ui/load-more";
import { cn } from "@/lib/cn";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useUrlParams } from "@/lib/use-url-params";
import { OpenDraftsBanner } from "./open-drafts-banner";
import { TriggerBulkSwitch } from "./trigger-bulk-switch";
import { toTriggerListInput, triggerParams } from "./search-params";
import { makeTriggerColumns } from "./trigger-columns";
import { MatchSparkline } from "./match-sparkline";
import { TriggerListToolbar } from "./trigger-list-toolbar";

const NoTriggersFound = dynamic(() => import("./no-triggers-found").then((module) => module.NoTriggersFound));

export function TriggerList({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const [filters, setParams] = useUrlParams(triggerParams);
  const { search, state, action } = filters;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { may } = usePermissions(projectId);
  const mayWrite = may("trigger:write");
  const list = useInfiniteQuery({
    ...trpc.trigger.list.infiniteQueryOptions(toTriggerListInput(projectId, filters), cursorQueryOptions),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items), [list.data]);
  const columns = useMemo(() => makeTriggerColumns(projectId, mayWrite), [projectId, mayWrite]);
  const isNarrowed = search !== "" || state !== null || action !== "";
  const base = `/projects/${projectId}/triggers`;
  const create = mayWrite && (
    <ButtonLink href={`${base}/new`} variant="primary">
      <Plus aria-hidden /> New trigger
    </ButtonLink>
  );
  const isBare = rows?.length === 0 && !isNarrowed;
  return (
    <>
      <PageHeader title="Triggers" isLive actions={!isBare && create} />
      <OpenDraftsBanner projectId={projectId} />
      {!isBare && (
        <TriggerListToolbar
          projectId={projectId}
          filters={filters}
          onChange={(next) => setParams(next as Parameters<typeof setParams>[0])}
        />
      )}
      <TriggerBulkSwitch projectId={projectId} triggerIds={[...selected]} onClear={() => setSelected(new Set())} />
      {list.isLoadingError ? (
        <QueryErrorMessage
          title="The triggers could not be loaded"
          message={list.error.message}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <DataTable
          label="Triggers"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          rowName={(row) => row.name}
          href={(row) => `${base}/${row.id}`}
          {...(mayWrite ? { selection: { keys: selected, onChange: setSelected } } : {})}
          {...(list.hasNextPage ? { onReachEnd: () => void list.fetchNextPage() } : {})}
          isStale={list.isPlaceholderData}
          empty={
            isNarrowed ? (
              <NoTriggersFound projectId={projectId} params={filters} onChange={setParams} />
            ) : (
              <NoTriggers create={create} projectId={projectId} />
            )
          }
          footer={<LoadMore list={list} shown={formatCountWithNoun(rows?.length ?? 0, "trigger")} />}
        />
      )}
    </>
  );
}

/** The made-up matches by hour in the example row of an empty list. */
const EXAMPLE_HOURS = [2, 5, 3, 8, 6, 9, 4, 7].map((matched) => ({ matched, failed: matched === 9 ? 2 : 0 }));

function NoTriggers({ create, projectId }: { create: ReactNode; projectId: string }) {
  return (
    <EmptyState
      example={[
        "Slow generations",
        "Jira",
        <MatchSparkline key="hours" hours={EXAMPLE_HOURS} />,
        "12 matched",
        "2 min ago",
      ]}
      title="No triggers yet"
      description={
        create
          ? "A trigger says: when an event like this arrives, start these actions."
          : "A trigger says: when an event like this arrives, start these actions. " +
            "Members of this project can make one."
      }
      actions={create}
    >
      <ol className="flex flex-col gap-3 rounded-lg border bg-surface p-4 text-sm text-muted">
        {steps.map(([title, text], index) => (
          <li key={title} className="flex gap-3">
            <span
              className={cn(
                "grid size-5 shrink-0 place-items-center rounded-full",
                "bg-neutral-soft text-xs font-medium text-muted tabular-nums",
              )}
            >
              {index + 1}
            </span>
            <span>
              <span className="font-medium text-foreground">{title}</span> {text}
            </span>
          </li>
        ))}
      </ol>
      {create && (
        <p className="mt-3 text-center text-xs text-muted">
          A trigger needs an action to start:{" "}
          <PageLink
            href={`/projects/${projectId}/actions`}
            className="font-medium text-accent-text underline underline-offset-2"
          >
            see the actions
          </PageLink>
          .
        </p>
      )}
    </EmptyState>
  );
}

const steps = [
  ["Filter.", "“The level is ERROR and the environment is production.” Tried at once on events that have arrived."],
  ["Sample.", "All of them, or a share, so that a busy project stays affordable. Whole traces can stay together."],
  ["Wait.", "A delay lets an event settle: one that stops matching meanwhile is cancelled."],
  ["Act.", "Each action gets an execution of its own, delivered and tried again until it succeeds."],
] as const;
