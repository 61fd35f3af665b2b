"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { formatSecondsInText } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import type { DataColumn } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { ExecutionStatusBadge, type StoredExecutionStatus } from "./execution-status-badge";
import { Time } from "@/components/time";
import { ButtonLink } from "@/components/ui/button-link";

const SHOWN = 25;

type Row = {
  id: string;
  status: StoredExecutionStatus;
  attemptCount: number;
  dueAt: Date;
  wait: { kind: string; until: Date | null } | null;
  createdAt: Date;
  sourceId: string;
  statusReason: string;
  trigger: { name: string };
  action: { name: string };
};

const columns: readonly DataColumn<Row>[] = [
  {
    id: "status",
    header: "Status",
    width: "13rem",
    cell: (row) => (
      <ExecutionStatusBadge status={row.status} attemptCount={row.attemptCount} dueAt={row.dueAt} wait={row.wait} />
    ),
  },
  { id: "trigger", header: "Trigger", width: "20%", cell: (row) => row.trigger.name },
  { id: "action", header: "Action", width: "20%", cell: (row) => row.action.name },
  {
    id: "reason",
    header: "Reason",
    cell: (row) => <span className="text-muted">{formatSecondsInText(row.statusReason)}</span>,
  },
  {
    id: "created",
    header: "Created",
    width: "8rem",
    align: "right",
    cell: (row) => <Time value={row.createdAt} className="text-muted" />,
  },
];

type RecentExecutionsProps = { projectId: string; triggerId?: string; actionId?: string };

/** Lists the newest executions of one trigger or one action. */
export function RecentExecutions({ projectId, triggerId, actionId }: RecentExecutionsProps) {
  const trpc = useTRPC();
  const filter = { ...(triggerId ? { triggerId } : {}), ...(actionId ? { actionId } : {}) };
  const { data } = useQuery({
    ...trpc.execution.list.queryOptions({ projectId, ...filter, limit: SHOWN }),
    placeholderData: keepPreviousData,
  });
  const base = `/projects/${projectId}/executions`;
  const search = triggerId ? `trigger=${triggerId}` : `action=${actionId}`;
  return (
    <DataTable<Row>
      label="Newest executions"
      columns={columns}
      rows={data?.items}
      rowKey={(row) => row.id}
      href={(row) => `${base}/${row.id}?${search}`}
      empty={<p className="px-5 py-8 text-center text-sm text-muted">No executions yet.</p>}
      footer={
        <div className="p-2 text-center">
          <ButtonLink variant="ghost" size="sm" href={`${base}?${search}`}>
            All executions
          </ButtonLink>
        </div>
      }
    />
  );
}
