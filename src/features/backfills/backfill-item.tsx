"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { JobProgress } from "@/features/shared/job-progress";
import { Time } from "@/components/time";
import { formatNumber } from "@/lib/format";
import { formatUtcTime } from "@/lib/format-time";
import { useTRPC } from "@/lib/trpc/client";
import type { BackfillRow } from "./types";

type BackfillItemProps = {
  projectId: string;
  backfill: BackfillRow;
  noun: { one: string; many: string };
  mayRun: boolean;
};

/** Shows one backfill: its progress, its results, and the buttons that pause, resume and cancel it. */
export function BackfillItem({ projectId, backfill, noun, mayRun }: BackfillItemProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const common = {
    onSettled: () => queryClient.invalidateQueries(trpc.backfill.list.pathFilter()),
  };
  const pause = useMutation(trpc.backfill.pause.mutationOptions(common));
  const resume = useMutation(trpc.backfill.resume.mutationOptions(common));
  const cancel = useMutation(trpc.backfill.cancel.mutationOptions(common));
  const { id, from, to, matched, created, ratePerMinute, createdBy, createdAt } = backfill;
  const input = { projectId, backfillId: id };
  const controls = {
    pause: () => pause.mutateAsync(input),
    resume: () => resume.mutateAsync(input),
    cancel: () => cancel.mutateAsync(input),
    isBusy: pause.isPending || resume.isPending,
  };
  return (
    <li className="px-4 py-3.5 sm:px-5">
      <JobProgress
        label={`Progress of the backfill of ${formatUtcTime(createdAt)}`}
        noun="backfill"
        things={noun.many}
        job={backfill}
        controls={mayRun ? controls : null}
      >
        <p className="tabular-nums">
          {formatNumber(matched)} matched, {formatNumber(created)} executions created
        </p>
        <p className="text-xs text-muted">
          {from && to && (
            <>
              Received <Time value={from} format="absolute" /> to <Time value={to} format="absolute" />.{" "}
            </>
          )}
          At most {formatNumber(ratePerMinute)} a minute. Started by {createdBy} <Time value={createdAt} />.
        </p>
      </JobProgress>
    </li>
  );
}
