"use client";

import dynamic from "next/dynamic";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { FilterChips } from "@/components/filter-chips";
import { RemovableFilterTags, type RemovableFilterTag } from "@/components/removable-filter-tags";
import { LinkedPageTabs } from "@/components/linked-page-tabs";
import { PageHeader } from "@/components/page-header";
import { QueryErrorMessage } from "@/components/query-error-message";
import { StatusLabel } from "@/components/status";
import { LoadMore } from "@/components/ui/load-more";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { makeSubjectPath } from "@/features/shared/subject-path";
import { formatCountWithNoun } from "@/lib/format";
import { listHistoryPageLinks } from "@/lib/history-page-links";
import { useTRPC } from "@/lib/trpc/client";
import { useUrlParams } from "@/lib/use-url-params";
import { useHeldRows } from "@/lib/use-held-rows";
import { decisionColumns } from "./columns";
import {
  decisionParams,
  decisionKindNames,
  toDecisionListInput,
  type DecisionKind,
  type DecisionParams,
} from "./search-params";
import type { DecisionRow } from "./types";

const NoDecisionsFound = dynamic(() => import("./no-decisions-found").then((module) => module.NoDecisionsFound));

const labels: Record<DecisionKind, string> = {
  created: "Created",
  sampled_out: "Sampled out",
  over_cap: "Over the cap",
  skipped_exists: "Existed already",
  cancelled: "Cancelled",
  not_matched_finished: "Finished before",
  ignored_older: "Older state",
  filter_error: "Filter failed",
};

/**
 * Lists the decisions of the project's triggers about events, including those that created no execution, for as long as
 * the project keeps them. A plain non-match is not kept.
 */
export function DecisionList({ projectId }: { projectId: string }) {
  const [params, setParams] = useUrlParams(decisionParams);
  const { list, held } = useDecisions(projectId, params);
  const tags = tagsOf(params);
  const clear = () => setParams(null);
  const isNarrowed = params.kind.length > 0 || tags.length > 0;
  return (
    <>
      <PageHeader
        title="All decisions"
        isLive
        aside={<LinkedPageTabs label="History" items={listHistoryPageLinks(projectId, "decisions")} />}
      />
      <div className="mb-3 flex flex-col gap-2.5">
        <FilterChips
          aria-label="Kind"
          chips={[
            { value: "", label: "All" },
            ...decisionKindNames.map((kind) => ({ value: kind, label: labels[kind] })),
          ]}
          value={params.kind.join(",")}
          onValueChange={(value) => setParams({ kind: value === "" ? [] : (value.split(",") as DecisionKind[]) })}
        />
        {tags.length > 0 && (
          <RemovableFilterTags tags={tags} onRemove={(key) => setParams({ [key]: "" })} onClear={clear} />
        )}
      </div>
      {list.error && !list.data ? (
        <QueryErrorMessage
          title="The decisions could not be loaded"
          message={list.error.message}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <DataTable
          label="Decisions"
          columns={decisionColumns}
          rows={held.rows}
          rowKey={(row) => row.id}
          href={(row) => placeOf(projectId, row)}
          {...(list.hasNextPage ? { onReachEnd: () => void list.fetchNextPage() } : {})}
          isStale={list.isPlaceholderData}
          arrived={held.arrived}
          newCount={held.newCount}
          onShowNew={held.showNew}
          empty={
            isNarrowed ? (
              <NoDecisionsFound projectId={projectId} params={params} onChange={setParams} />
            ) : (
              <EmptyState
                example={exampleCells}
                title="No decisions yet"
                description="The project's settings say how long decisions are kept. A plain non-match is not kept."
              />
            )
          }
          footer={<LoadMore list={list} shown={formatCountWithNoun(held.rows?.length ?? 0, "decision")} />}
        />
      )}
    </>
  );
}

const exampleCells = [
  <StatusLabel key="decision" tone="success">
    Matched
  </StatusLabel>,
  "Slow generations",
  "Jira",
  "2 min ago",
];

/**
 * Returns the URL that a click on a decision opens: that of its execution. Without an execution, it is the triggers tab
 * of the event's page.
 */
function placeOf(projectId: string, { executionId, sourceId, eventSource }: DecisionRow): string {
  if (executionId !== null) return `/projects/${projectId}/executions/${executionId}?tab=why`;
  return makeSubjectPath(projectId, { id: sourceId, eventSource }, "triggers");
}

function tagsOf({ trigger, source }: DecisionParams): RemovableFilterTag<"trigger" | "source">[] {
  const tags = [
    { key: "trigger", label: "trigger", value: trigger },
    { key: "source", label: getEventNounForms().one, value: source },
  ] as const;
  return tags.filter(({ value }) => value !== "");
}

function useDecisions(projectId: string, params: DecisionParams) {
  const trpc = useTRPC();
  const list = useInfiniteQuery({
    ...trpc.decision.list.infiniteQueryOptions(toDecisionListInput(projectId, params), cursorQueryOptions),
    placeholderData: keepPreviousData,
  });
  const held = useHeldRows({
    rows: list.data?.pages.flatMap((page) => page.items),
    keyOf: (row) => row.id,
    scope: JSON.stringify(params),
    isStale: list.isPlaceholderData,
    isPinned: false,
  });
  return { list, held };
}
