"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { ProgressBar } from "@/components/progress-bar";
import { Status } from "@/components/status";
import { Time } from "@/components/time";
import type { Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { formatNumber } from "@/lib/format";
import { utcTime } from "@/lib/time";
import { useTRPC } from "@/lib/trpc/client";
import type { BackfillRow } from "./types";

const looks: Record<BackfillRow["status"], { label: string; tone: Tone; isHollow?: boolean }> = {
  RUNNING: { label: "Running", tone: "running" },
  PAUSED: { label: "Paused", tone: "warning" },
  COMPLETED: { label: "Done", tone: "success" },
  CANCELLED: { label: "Cancelled", tone: "neutral" },
  FAILED: { label: "Failed", tone: "danger" },
};

type BackfillItemProps = { projectId: string; backfill: BackfillRow; noun: { one: string; many: string }; mayRun: boolean };

/** One backfill: how far it is, what it has done, and what can be done with it. */
export function BackfillItem({ projectId, backfill, noun, mayRun }: BackfillItemProps) {
  const { status, statusReason, from, to, total, processed, matched, created, ratePerMinute, createdBy, createdAt } = backfill;
  const look = looks[status];
  return (
    <li className="flex flex-col gap-2 px-4 py-3.5 text-sm sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <Status tone={look.tone} isHollow={look.isHollow} detail={`${formatNumber(processed)} of ${formatNumber(total)} ${noun.many}`}>
          {look.label}
        </Status>
        {mayRun && <Controls projectId={projectId} backfill={backfill} />}
      </div>
      <ProgressBar label={`Progress of the backfill of ${utcTime(createdAt)}`} done={processed} total={total} />
      <p className="tabular-nums">
        {formatNumber(matched)} matched, {formatNumber(created)} executions created
      </p>
      {statusReason && <p className="text-xs break-words text-muted">{statusReason}</p>}
      <p className="text-xs text-muted">
        Received <Time value={from} format="absolute" /> to <Time value={to} format="absolute" />, at most {formatNumber(ratePerMinute)} a minute. Started by {createdBy} <Time value={createdAt} />.
      </p>
    </li>
  );
}

function Controls({ projectId, backfill: { id, status } }: { projectId: string; backfill: BackfillRow }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const common = {
    onError: (error: { message: string }) => toast.error("That could not be done", { description: error.message }),
    onSettled: () => queryClient.invalidateQueries(trpc.backfill.list.pathFilter()),
  };
  const pause = useMutation(trpc.backfill.pause.mutationOptions(common));
  const resume = useMutation(trpc.backfill.resume.mutationOptions(common));
  const cancel = useMutation(trpc.backfill.cancel.mutationOptions(common));
  if (status !== "RUNNING" && status !== "PAUSED") return null;
  const input = { projectId, backfillId: id };
  return (
    <span className="flex gap-1.5">
      {status === "RUNNING" ? (
        <Button size="sm" isLoading={pause.isPending} onClick={() => pause.mutate(input)}>
          Pause
        </Button>
      ) : (
        <Button size="sm" isLoading={resume.isPending} onClick={() => resume.mutate(input)}>
          Resume
        </Button>
      )}
      <ConfirmButton
        size="sm"
        variant="danger-ghost"
        title="Cancel the backfill?"
        description="What it has created stays. It cannot be resumed; another can be started."
        confirmLabel="Cancel backfill"
        isDanger
        onConfirm={() => cancel.mutateAsync(input)}
      >
        Cancel
      </ConfirmButton>
    </span>
  );
}
