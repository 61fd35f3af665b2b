"use client";

import { useState } from "react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Skeleton } from "@/components/ui/skeleton";
import type { StatusFilter } from "@/domain/execution-query";
import { JOB_RATE_PER_MINUTE_MAX } from "@/domain/job-rate";
import { JobRateField, useJobRate } from "@/features/shared/job-rate-field";
import { formatDuration, formatNumber, formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import type { BulkJobEstimate, BulkJobFilter, BulkJobKind } from "../types";
import { bulkJobWords } from "./bulk-job-words";

const choices = [
  { value: "FAILED", label: "Failed" },
  { value: "SKIPPED", label: "Skipped" },
  { value: "CANCELLED", label: "Cancelled" },
  { value: "COMPLETED", label: "Delivered" },
] as const;

/**
 * Returns the statuses that the form's checkboxes tick at first: those of the list's filter, or failed and skipped if
 * the filter has none of the four. For selected rows there are no checkboxes, and all four count.
 */
function firstStatuses({ status = [], ids }: BulkJobFilter): StatusFilter[] {
  if (ids) return choices.map(({ value }) => value);
  const asked = status.map((each) => (each === "ERROR" ? "FAILED" : each));
  const chosen = choices.map(({ value }) => value).filter((value) => asked.includes(value));
  return chosen.length > 0 ? chosen : ["FAILED", "SKIPPED"];
}

/**
 * The form that starts a bulk job. It shows how many executions the job will change. Only a resend has statuses to
 * choose, and a cancel has no rate.
 */
export function BulkJobForm({
  projectId,
  kind,
  filter,
}: {
  projectId: string;
  kind: BulkJobKind;
  filter: BulkJobFilter;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [status, setStatus] = useState<StatusFilter[]>(() => firstStatuses(filter));
  const rate = useJobRate();
  const hasStatuses = kind === "resend" && !filter.ids;
  const hasRate = kind !== "cancel";
  // Jobs that send nothing, such as a cancel, have no rate field and run at the highest rate.
  const ratePerMinute = hasRate ? rate.perMinute : JOB_RATE_PER_MINUTE_MAX;
  const asked = { projectId, kind, filter: hasStatuses ? { ...filter, status } : filter };
  const isEmpty = hasStatuses && status.length === 0;
  const count = useQuery(
    trpc.bulk.count.queryOptions(asked, { enabled: !isEmpty, placeholderData: keepPreviousData, staleTime: Infinity }),
  );
  const start = useMutation(
    trpc.bulk.start.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.bulk.pathFilter()),
    }),
  );
  const sendable = isEmpty ? 0 : (count.data?.sendable ?? 0);
  const look = bulkJobWords[kind];
  return (
    <div className="flex flex-col gap-5">
      {hasStatuses && <Statuses status={status} onChange={setStatus} />}
      {hasRate && <JobRateField rate={rate} />}
      <div aria-live="polite">
        {isEmpty ? (
          <p className="text-sm text-muted">Choose at least one.</p>
        ) : count.error ? (
          <Banner tone="danger" title="The executions could not be counted">
            {count.error.message}
          </Banner>
        ) : count.data ? (
          <DryRun count={count.data} can={look.can} ratePerMinute={hasRate ? rate.perMinute : null} />
        ) : (
          <Skeleton width="100%" className="h-12" />
        )}
      </div>
      {start.error && (
        <Banner tone="danger" isAlert>
          {start.error.message}
        </Banner>
      )}
      <Button
        variant={kind === "cancel" ? "danger" : "primary"}
        className="self-end"
        disabled={sendable === 0 || ratePerMinute === null || count.isPlaceholderData}
        isLoading={start.isPending}
        onClick={() => ratePerMinute !== null && start.mutate({ ...asked, asOf: count.data?.asOf, ratePerMinute })}
      >
        {sendable === 0 ? look.title : look.verb(formatNumber(sendable))}
      </Button>
    </div>
  );
}

function Statuses({ status, onChange }: { status: readonly StatusFilter[]; onChange: (next: StatusFilter[]) => void }) {
  return (
    <fieldset className="flex flex-col gap-2.5">
      <legend className="mb-2.5 text-sm font-medium">Of the executions that the list shows, those that are</legend>
      <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-4">
        {choices.map(({ value, label }) => (
          <Checkbox
            key={value}
            label={label}
            checked={status.includes(value)}
            onCheckedChange={(checked) =>
              onChange(checked ? [...status, value] : status.filter((other) => other !== value))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

type DryRunProps = { count: BulkJobEstimate; can: string; ratePerMinute: number | null };

/** Shows how many executions a bulk job will change, before the job starts. */
function DryRun({ count: { executions, capped, sendable, refused }, can, ratePerMinute }: DryRunProps) {
  const minutes = ratePerMinute === null ? 0 : sendable / ratePerMinute;
  const reasons = [
    refused.actionOff > 0 && `${formatNumber(refused.actionOff)}: their action is off; switch it on first`,
    refused.actionDeleted > 0 && `${formatNumber(refused.actionDeleted)}: their action was deleted`,
    refused.noBody > 0 && `${formatNumber(refused.noBody)}: their body is not kept any more`,
  ].filter((reason) => reason !== false);
  return (
    <div className="flex flex-col gap-1 rounded-lg bg-sunken px-3.5 py-3 text-sm">
      <p>
        <strong className="font-medium tabular-nums">{formatNumber(sendable)}</strong> of {capped ? "the first " : ""}
        {formatCountWithNoun(executions, "execution")} {can}
        {minutes >= 1 ? `, in ${formatDuration(Math.ceil(minutes) * 60_000)} at this rate` : ""}.
      </p>
      {reasons.length > 0 && (
        <ul className="list-disc pl-4 text-xs text-muted">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
