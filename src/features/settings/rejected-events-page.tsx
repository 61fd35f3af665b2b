"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table/data-table";
import type { DataColumn } from "@/components/data-table/column";
import { RowPanel } from "@/components/data-table/row-panel";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { KeyValueList } from "@/components/key-value-list";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { LoadMore } from "@/components/ui/load-more";
import { Skeleton } from "@/components/ui/skeleton";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { QueryErrorMessage } from "@/components/query-error-message";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { textParam } from "@/lib/url-params";
import { useUrlParam } from "@/lib/use-url-params";

type Rejected = {
  id: string;
  eventId: string | null;
  name: string;
  reason: string;
  keyId: string | null;
  keyName: string | null;
  receivedAt: Date;
};

const columns: readonly DataColumn<Rejected>[] = [
  {
    id: "name",
    header: "Event",
    cell: (event) => <span className="font-mono text-xs">{event.name}</span>,
    width: "14rem",
    skeleton: "9rem",
    mobile: "title",
  },
  {
    id: "reason",
    header: "Reason",
    cell: (event) => <span className="truncate text-muted">{event.reason}</span>,
    skeleton: "16rem",
    mobile: "meta",
  },
  {
    id: "key",
    header: "Event key",
    cell: (event) => <span className="truncate text-muted">{event.keyName ?? "–"}</span>,
    width: "11rem",
    skeleton: "6rem",
    mobile: "hide",
  },
  {
    id: "at",
    header: "Received",
    cell: (event) => <Time value={event.receivedAt} />,
    width: "9rem",
    align: "right",
    skeleton: "4rem",
    mobile: "trailing",
  },
];

/**
 * Lists the events that were accepted but could not be used, with the reasons. `?event=` in the URL opens one event.
 */
export function RejectedEventsPage({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useUrlParam("event", textParam);
  const list = useInfiniteQuery(trpc.rejectedEvent.list.infiniteQueryOptions({ projectId }, cursorQueryOptions));
  if (list.isLoadingError)
    return <QueryErrorMessage message={list.error.message} onRetry={() => void list.refetch()} />;
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <DataTable
        label="Rejected events"
        columns={columns}
        rows={rows}
        rowKey={(event) => event.id}
        href={(event) => `/projects/${projectId}/settings/rejected-events?event=${event.id}`}
        activeKey={chosen}
        empty={
          <p className="px-4 py-3 text-sm sm:px-6">
            <span className="text-success-text">Nothing was rejected.</span>{" "}
            <span className="text-muted">
              An event without usable data, such as {getEventNounForms().some} without an id, appears here with its
              reason.
            </span>
          </p>
        }
        footer={
          rows && rows.length > 0 && <LoadMore list={list} shown={formatCountWithNoun(rows.length, "rejected event")} />
        }
      />
      <RowPanel rowKey={chosen} onClose={() => setChosen(null)} title="Rejected event" size="md">
        {chosen && <RejectedDetail projectId={projectId} rejectedEventId={chosen} />}
      </RowPanel>
    </>
  );
}

function RejectedDetail({ projectId, rejectedEventId }: { projectId: string; rejectedEventId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.rejectedEvent.get.queryOptions({ projectId, rejectedEventId }));
  if (error && !data) {
    return (
      <div className="p-5">
        <QueryErrorMessage message={error.message} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (!data) {
    return (
      <div aria-busy="true" className="flex flex-col gap-3 p-5">
        <Skeleton width="100%" className="h-12" />
        <Skeleton width="100%" className="h-48" />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-5 p-5">
      <Banner tone="danger" title="Why it was rejected">
        {data.reason}
      </Banner>
      <KeyValueList
        items={[
          { label: "Event", value: data.name, isMono: true },
          { label: "Event id", value: data.eventId, isMono: true, ...(data.eventId ? { copy: data.eventId } : {}) },
          { label: "Event key", value: data.keyName ?? data.keyId },
          { label: "Received", value: <Time value={data.receivedAt} format="absolute" /> },
        ]}
      />
      <JsonViewer value={data.body} isText label="Data, as it was sent" />
    </div>
  );
}
