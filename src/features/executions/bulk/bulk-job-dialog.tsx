"use client";

import { useLastShown } from "@/lib/use-last-shown";
import { Dialog } from "@/components/ui/dialog";
import type { BulkJobFilter, BulkJobKind } from "../types";
import { BulkJobForm } from "./bulk-job-form";
import { BulkJobItem } from "./bulk-job-item";
import { bulkJobWords } from "./bulk-job-words";
import { useBulkJobs } from "./use-bulk-jobs";

type BulkDialogProps = {
  projectId: string;
  /** the kind of job that the dialog starts; null closes the dialog */
  kind: BulkJobKind | null;
  /** the executions that the job changes: the ids of selected rows, or the filters of the list */
  filter: BulkJobFilter;
  onClose: () => void;
};

const SHOWN_MAX = 3;

/**
 * A dialog that changes many executions in one job. It shows their number, then starts the job, then shows the
 * progress.
 */
export function BulkJobDialog({ projectId, kind, filter, onClose }: BulkDialogProps) {
  const shown = useLastShown(kind);
  return (
    <Dialog
      open={kind !== null}
      onOpenChange={(open) => !open && onClose()}
      title={shown ? bulkJobWords[shown].title : ""}
      description={shown ? bulkJobWords[shown].description : ""}
    >
      {shown && <Content key={shown} projectId={projectId} kind={shown} filter={filter} />}
    </Dialog>
  );
}

function Content({ projectId, kind, filter }: { projectId: string; kind: BulkJobKind; filter: BulkJobFilter }) {
  const jobs = useBulkJobs(projectId)?.filter((job) => job.kind === kind);
  const isRunning = jobs?.some(({ status }) => status === "RUNNING" || status === "PAUSED");
  return (
    <div className="flex flex-col gap-5">
      {jobs && !isRunning && <BulkJobForm projectId={projectId} kind={kind} filter={filter} />}
      {jobs && jobs.length > 0 && (
        <section aria-label="Latest" className="flex flex-col gap-2">
          <h3 className="text-base font-medium">Latest</h3>
          <ul aria-label={kind === "resend" ? "Resends" : "Jobs"} className="divide-y rounded-lg border">
            {jobs.slice(0, SHOWN_MAX).map((job) => (
              <BulkJobItem key={job.id} projectId={projectId} job={job} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
