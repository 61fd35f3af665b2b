"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import type { DataColumn } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Time } from "@/components/time";
import { LoadMore } from "@/components/ui/load-more";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { formatNumber, formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import type { TriggerDraft } from "./types";

const columns: readonly DataColumn<TriggerDraft>[] = [
  {
    id: "name",
    header: "Draft",
    skeleton: "70%",
    cell: ({ trigger, triggerId, sentence }) => (
      <>
        <span className="block truncate font-medium">
          {trigger?.name ?? "A draft that cannot be read"}
          {triggerId !== null && <span className="font-normal text-muted"> · changes a trigger</span>}
        </span>
        <span className="block truncate text-xs font-normal text-muted">{sentence}</span>
      </>
    ),
  },
  {
    id: "by",
    header: "Proposed by",
    width: "16rem",
    skeleton: "60%",
    cell: ({ proposedBy }) => <span className="block truncate">{proposedBy}</span>,
  },
  {
    id: "perDay",
    header: "Executions a day",
    width: "9rem",
    align: "right",
    skeleton: "3rem",
    cell: ({ preview }) =>
      preview?.executionsPerDay == null ? (
        <span className="hidden text-subtle sm:inline">–</span>
      ) : (
        <>
          about {formatNumber(preview.executionsPerDay)}
          <span className="sm:hidden"> executions a day</span>
        </>
      ),
  },
  {
    id: "proposed",
    header: "Proposed",
    width: "10rem",
    align: "right",
    skeleton: "4rem",
    mobile: "trailing",
    cell: ({ createdAt }) => <Time value={createdAt} className="text-muted" />,
  },
];

/** Lists the trigger drafts that wait for a decision. A person opens a draft, and then applies or discards it. */
export function DraftList({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(trpc.draft.list.infiniteQueryOptions({ projectId }, cursorQueryOptions));
  const rows = list.data?.pages.flatMap((page) => page.items);
  const triggers = `/projects/${projectId}/triggers`;
  return (
    <>
      <PageHeader title="Drafts" parents={[{ label: "Triggers", href: triggers }]} />
      {list.isLoadingError ? (
        <QueryErrorMessage message={list.error.message} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Drafts"
          className="-mt-4 [&>div]:border-t-0"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          href={({ id }) => `/projects/${projectId}/drafts/${id}`}
          empty={
            <EmptyState
              example={["Slow generations", "new trigger", "claude", "2 min ago"]}
              title="No draft waits"
              description={
                "An agent proposes a trigger as a draft. Nothing fires until somebody here applies it. " +
                "A draft waits for 7 days."
              }
            />
          }
          footer={<LoadMore list={list} shown={formatCountWithNoun(rows?.length ?? 0, "draft")} />}
        />
      )}
    </>
  );
}
