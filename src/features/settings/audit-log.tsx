"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table/data-table";
import type { DataColumn } from "@/components/data-table/column";
import { RowPanel } from "@/components/data-table/row-panel";
import { EmptyState } from "@/components/empty-state";
import { SearchInput } from "@/components/search-input";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { LoadMore } from "@/components/ui/load-more";
import { Select } from "@/components/ui/select";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { AuditEntryDetail } from "./audit-entry-detail";
import { auditFilterChoices } from "./audit-link";
import { auditParams, toAuditListInput } from "./audit-params";
import { QueryErrorMessage } from "@/components/query-error-message";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { useUrlParams } from "@/lib/use-url-params";

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

/** Lists the changes in a project, newest first. */
export function AuditLog({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const [{ noun, search, entry: chosen }, setParams] = useUrlParams(auditParams);
  const log = useInfiniteQuery({
    ...trpc.audit.list.infiniteQueryOptions(toAuditListInput(projectId, { noun, search }), cursorQueryOptions),
    placeholderData: keepPreviousData,
  });
  if (log.isLoadingError) return <QueryErrorMessage message={log.error.message} onRetry={() => void log.refetch()} />;
  const rows = log.data?.pages.flatMap((page) => page.items);
  const entry = rows?.find(({ id }) => id === chosen);
  const query = new URLSearchParams({ ...(noun ? { noun } : {}), ...(search ? { search } : {}) });
  const hrefOf = (id: string): string =>
    `/projects/${projectId}/settings/audit?${new URLSearchParams([...query, ["entry", id]])}`;
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchInput
          aria-label="Search the audit log"
          placeholder="Search what or who"
          value={search}
          onValueChange={(next) => setParams({ search: next || null })}
          className="w-full sm:w-60"
        />
        <Select
          aria-label="Kind"
          className="w-40"
          options={auditFilterChoices}
          value={noun || "any"}
          onValueChange={(next) => setParams({ noun: next === "any" ? null : next })}
        />
      </div>
      <DataTable
        label="Audit log"
        href={(row) => hrefOf(row.id)}
        activeKey={chosen}
        isStale={log.isPlaceholderData}
        columns={columns}
        rows={rows}
        rowKey={(entry) => entry.id}
        empty={
          <EmptyState
            example={["Changed the filter of Slow generations", "Vera Lindqvist", "2 min ago"]}
            title={noun || search ? "No entry fits" : "Nothing was changed yet"}
            description="Every change of triggers, actions, keys, members and settings is written down here, with its author."
          />
        }
        footer={rows && rows.length > 0 && <LoadMore list={log} shown={formatCountWithNoun(rows.length, "change")} />}
      />
      <RowPanel rowKey={chosen} onClose={() => setParams({ entry: null })} title="Change" size="md">
        {entry && <AuditEntryDetail projectId={projectId} entry={entry} />}
      </RowPanel>
    </>
  );
}
