"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { JobProgress } from "@/features/shared/job-progress";
import { Time } from "@/components/time";
import { formatCountWithNoun } from "@/lib/format";
import { formatUtcTime } from "@/lib/format-time";
import { useTRPC } from "@/lib/trpc/client";
import type { BulkJob } from "../types";
import { bulkJobWords } from "./bulk-job-words";

/** Shows one bulk job: its progress, and the buttons that pause, resume and cancel it. */
export function BulkJobItem({ projectId, job }: { projectId: string; job: BulkJob }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const common = {
    onSettled: () => queryClient.invalidateQueries(trpc.bulk.list.pathFilter()),
  };
  const pause = useMutation(trpc.bulk.pause.mutationOptions(common));
  const resume = useMutation(trpc.bulk.resume.mutationOptions(common));
  const cancel = useMutation(trpc.bulk.cancel.mutationOptions(common));
  const input = { projectId, kind: job.kind, jobId: job.id };
  const { done, noun } = bulkJobWords[job.kind];
  return (
    <li className="px-3.5 py-3">
      <JobProgress
        label={`Progress of the ${noun} of ${formatUtcTime(job.createdAt)}`}
        noun={noun}
        things="executions"
        job={job}
        controls={{
          pause: () => pause.mutateAsync(input),
          resume: () => resume.mutateAsync(input),
          cancel: () => cancel.mutateAsync(input),
          isBusy: pause.isPending || resume.isPending,
        }}
      >
        <p className="text-xs text-muted">
          {formatCountWithNoun(job.sent, "execution")} {done}. Started by {job.createdBy} <Time value={job.createdAt} />
          .
        </p>
      </JobProgress>
    </li>
  );
}
