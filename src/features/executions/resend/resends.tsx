"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { JobProgress } from "@/components/job-progress";
import { Time } from "@/components/time";
import { toast } from "@/components/ui/toast";
import { formatNumber, plural } from "@/lib/format";
import { utcTime } from "@/lib/time";
import { useTRPC } from "@/lib/trpc/client";
import type { ResendRow } from "../types";

const SHOWN_MAX = 3;

/** The latest bulk resends. */
export function Resends({ projectId, resends }: { projectId: string; resends: readonly ResendRow[] }) {
  if (resends.length === 0) return null;
  return (
    <section aria-label="Latest" className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">Latest</h3>
      <ul aria-label="Resends" className="divide-y rounded-lg border">
        {resends.slice(0, SHOWN_MAX).map((resend) => (
          <ResendItem key={resend.id} projectId={projectId} resend={resend} />
        ))}
      </ul>
    </section>
  );
}

function ResendItem({ projectId, resend }: { projectId: string; resend: ResendRow }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const common = {
    onError: (error: { message: string }) => toast.error("That could not be done", { description: error.message }),
    onSettled: () => queryClient.invalidateQueries(trpc.resend.list.pathFilter()),
  };
  const pause = useMutation(trpc.resend.pause.mutationOptions(common));
  const resume = useMutation(trpc.resend.resume.mutationOptions(common));
  const cancel = useMutation(trpc.resend.cancel.mutationOptions(common));
  const input = { projectId, resendId: resend.id };
  const controls = {
    pause: () => pause.mutateAsync(input),
    resume: () => resume.mutateAsync(input),
    cancel: () => cancel.mutateAsync(input),
    isBusy: pause.isPending || resume.isPending,
  };
  return (
    <li className="px-3.5 py-3">
      <JobProgress
        label={`Progress of the resend of ${utcTime(resend.createdAt)}`}
        noun="resend"
        things="executions"
        job={resend}
        controls={controls}
      >
        <p className="text-xs text-muted">
          {plural(resend.sent, "execution")} sent again, at most {formatNumber(resend.ratePerMinute)} a minute. Started
          by {resend.createdBy} <Time value={resend.createdAt} />.
        </p>
      </JobProgress>
    </li>
  );
}
