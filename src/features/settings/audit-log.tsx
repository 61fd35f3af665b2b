"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { DataTable } from "@/components/data-table/data-table";
import type { DataColumn } from "@/components/data-table/column";
import { EmptyState } from "@/components/empty-state";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { LoadMore } from "@/components/ui/load-more";
import { plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { QueryProblem } from "./query-problem";

type Entry = { id: string; actor: string; action: string; targetId: string | null; summary: string; createdAt: Date };

const columns: readonly DataColumn<Entry>[] = [
  {
    id: "summary",
    header: "What",
    cell: (entry) => <span className="font-normal whitespace-normal">{entry.summary}</span>,
    skeleton: "18rem",
    mobile: "title",
  },
  {
    id: "action",
    header: "Kind",
    cell: (entry) => <Badge isMono>{entry.action}</Badge>,
    width: "11rem",
    skeleton: "7rem",
    isDesktopOnly: true,
    mobile: "hide",
  },
  {
    id: "actor",
    header: "Who",
    cell: (entry) => <span className="truncate">{entry.actor}</span>,
    width: "13rem",
    skeleton: "9rem",
    mobile: "meta",
  },
  {
    id: "at",
    header: "When",
    cell: (entry) => <Time value={entry.createdAt} />,
    width: "8rem",
    align: "right",
    skeleton: "4rem",
    mobile: "meta",
  },
];

/** Who changed what in the project, newest first. */
export function AuditLog({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const log = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions({ projectId }, { getNextPageParam: (page) => page.nextCursor }),
  );
  if (log.isError) return <QueryProblem message={log.error.message} onRetry={() => void log.refetch()} />;
  const rows = log.data?.pages.flatMap((page) => page.items);
  return (
    <DataTable
      label="Audit log"
      columns={columns}
      rows={rows}
      rowKey={(entry) => entry.id}
      empty={
        <EmptyState
          icon={<ScrollText aria-hidden />}
          title="Nothing was changed yet"
          description="Every change of triggers, actions, keys, members and settings is written down here, with who made it."
        />
      }
      footer={
        rows &&
        rows.length > 0 && (
          <LoadMore
            hasMore={log.hasNextPage}
            isLoading={log.isFetchingNextPage}
            onLoadMore={() => void log.fetchNextPage()}
            shown={plural(rows.length, "change")}
          />
        )
      }
    />
  );
}
