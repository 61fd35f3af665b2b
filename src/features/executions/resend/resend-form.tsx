"use client";

import { useState } from "react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { formatDuration, formatNumber, plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { toFilters, type ExecutionParams } from "../search-params";
import type { ResendCount } from "../types";

const RATE_DEFAULT = 600;
const RATE_MAX = 6_000;
const choices = [
  { value: "ERROR", label: "Failed" },
  { value: "SKIPPED", label: "Skipped" },
  { value: "CANCELLED", label: "Cancelled" },
  { value: "COMPLETED", label: "Delivered" },
] as const;
type Choice = (typeof choices)[number]["value"];

/** Those statuses of the list's filter that can be sent again; without any, what did not arrive. */
function initialStatus(params: ExecutionParams): Choice[] {
  const chosen = choices.map(({ value }) => value).filter((value) => params.status.includes(value));
  return chosen.length > 0 ? chosen : ["ERROR", "SKIPPED"];
}

/** Which executions of the list's filter, how fast, and what that would do, counted before anything is started. */
export function ResendForm({ projectId, params }: { projectId: string; params: ExecutionParams }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [now] = useState(() => Date.now());
  const [status, setStatus] = useState(() => initialStatus(params));
  const [rate, setRate] = useState(String(RATE_DEFAULT));
  const ratePerMinute = Number(rate);
  const rateProblem =
    Number.isInteger(ratePerMinute) && ratePerMinute >= 1 && ratePerMinute <= RATE_MAX
      ? undefined
      : `A whole number, 1 to ${formatNumber(RATE_MAX)}.`;
  const filter = { projectId, ...toFilters(params, now), status };
  const count = useQuery(
    trpc.resend.count.queryOptions(filter, { enabled: status.length > 0, placeholderData: keepPreviousData }),
  );
  const start = useMutation(
    trpc.resend.start.mutationOptions({
      onError: (error) => toast.error("It could not be started", { description: error.message }),
      onSettled: () => queryClient.invalidateQueries(trpc.resend.list.pathFilter()),
    }),
  );
  const sendable = status.length === 0 ? 0 : (count.data?.sendable ?? 0);
  return (
    <div className="flex flex-col gap-5">
      <fieldset className="flex flex-col gap-2.5">
        <legend className="mb-2.5 text-sm font-medium">Of the executions that the list shows, those that are</legend>
        <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-4">
          {choices.map(({ value, label }) => (
            <Checkbox
              key={value}
              label={label}
              checked={status.includes(value)}
              onCheckedChange={(checked) =>
                setStatus(checked ? [...status, value] : status.filter((other) => other !== value))
              }
            />
          ))}
        </div>
      </fieldset>
      <Field label="Executions a minute" error={rateProblem} help="So that what receives them is not flooded.">
        <Input
          type="number"
          inputMode="numeric"
          min={1}
          max={RATE_MAX}
          step={1}
          value={rate}
          onChange={(event) => setRate(event.target.value)}
          className="sm:w-40"
        />
      </Field>
      <div aria-live="polite">
        {status.length === 0 ? (
          <p className="text-sm text-muted">Choose at least one.</p>
        ) : count.error ? (
          <Banner tone="danger" title="It could not be counted">
            {count.error.message}
          </Banner>
        ) : count.data ? (
          <DryRun count={count.data} ratePerMinute={rateProblem ? null : ratePerMinute} />
        ) : (
          <Skeleton width="100%" className="h-12" />
        )}
      </div>
      <Button
        variant="primary"
        className="self-end"
        disabled={sendable === 0 || rateProblem !== undefined || count.isPlaceholderData}
        isLoading={start.isPending}
        onClick={() => start.mutate({ ...filter, ratePerMinute })}
      >
        {sendable === 0 ? "Send again" : `Send ${formatNumber(sendable)} again`}
      </Button>
    </div>
  );
}

/** What it would do. */
function DryRun({
  count: { executions, capped, sendable, refused },
  ratePerMinute,
}: {
  count: ResendCount;
  ratePerMinute: number | null;
}) {
  const minutes = ratePerMinute === null ? 0 : sendable / ratePerMinute;
  const reasons = [
    refused.actionOff > 0 && `${formatNumber(refused.actionOff)}: their action is off; switch it on first`,
    refused.actionDeleted > 0 && `${formatNumber(refused.actionDeleted)}: their action was deleted`,
    refused.noBody > 0 && `${formatNumber(refused.noBody)}: their body is not kept any more`,
  ].filter((reason) => reason !== false);
  return (
    <div className="flex flex-col gap-1 rounded-lg border bg-background px-3.5 py-3 text-sm">
      <p>
        <strong className="font-semibold tabular-nums">{formatNumber(sendable)}</strong> of {capped ? "the first " : ""}
        {plural(executions, "execution")} can be sent again
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
