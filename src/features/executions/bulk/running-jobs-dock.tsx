"use client";

import { useState } from "react";
import dynamic from "next/dynamic";
import { ChevronDown, ChevronUp } from "lucide-react";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/cn";
import { bulkJobWords } from "./bulk-job-words";
import { useBulkJobs } from "./use-bulk-jobs";

// The script of a job's row loads only while a job runs, because few page views have a running job.
const BulkJobItem = dynamic(() => import("./bulk-job-item").then((module) => module.BulkJobItem), { ssr: false });

/**
 * Shows the running and paused bulk jobs at the bottom of every page of the project, so that their progress stays
 * visible.
 */
export function RunningJobsDock({ projectId }: { projectId: string }) {
  const jobs = useBulkJobs(projectId);
  const [isOpen, setIsOpen] = useState(false);
  const live = jobs?.filter(({ status }) => status === "RUNNING" || status === "PAUSED") ?? [];
  const [first] = live;
  if (!first) return null;
  const Chevron = isOpen ? ChevronDown : ChevronUp;
  return (
    <section
      aria-label="Jobs"
      className={cn(
        "fixed right-4 bottom-4 z-30 w-80 max-w-[calc(100vw-2rem)]",
        "rounded-lg border border-line-strong bg-raised shadow-raised",
      )}
    >
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className="flex h-9 w-full items-center gap-2 px-3.5 text-left text-sm"
      >
        <span className="min-w-0 flex-1 truncate font-medium">
          {live.length > 1 ? `${live.length} jobs` : bulkJobWords[first.kind].title}
        </span>
        <span className="text-xs text-muted tabular-nums">
          {formatNumber(first.processed)} of {formatNumber(first.total)}
        </span>
        <Chevron aria-hidden className="size-4 text-subtle" />
      </button>
      {isOpen && (
        <ul className="divide-y border-t">
          {live.map((job) => (
            <BulkJobItem key={job.id} projectId={projectId} job={job} />
          ))}
        </ul>
      )}
    </section>
  );
}
