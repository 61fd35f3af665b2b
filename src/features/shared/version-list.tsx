"use client";

import { ConfirmButton } from "@/components/confirm-button";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { formatSecondsInText } from "@/lib/format";

type VersionChange = { field: string; label: string; before: string | null; after: string | null };
type VersionRow = {
  version: number;
  summary: string;
  actor: string;
  createdAt: Date;
  isCurrent: boolean;
  changes: readonly VersionChange[];
};

type VersionHistoryProps = {
  /** the versions, newest first; undefined while they load */
  versions: readonly VersionRow[] | undefined;
  /** the noun for the versioned thing in texts: `trigger` or `action` */
  noun: string;
  mayRestore: boolean;
  /** restores a version; rejects if the restore fails */
  onRestore: (version: number) => Promise<unknown>;
};

/**
 * Lists the versions of a trigger or an action: who changed it and when, the old and new values, and a button that
 * restores the version.
 */
export function VersionList({ versions, noun, mayRestore, onRestore }: VersionHistoryProps) {
  if (!versions) return <VersionsSkeleton />;
  if (versions.length === 0) return <p className="text-sm text-muted">No version is kept.</p>;
  return (
    <ol aria-label="Versions" className="divide-y rounded-lg border bg-surface">
      {versions.map((row) => (
        <li key={row.version} className="flex flex-col gap-3 px-4 py-3.5 sm:px-5">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <p className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
              <span className="font-medium tabular-nums">Version {row.version}</span>
              {row.isCurrent && <Badge tone="accent">current</Badge>}
              <span className="break-words text-muted">{row.summary}</span>
            </p>
            <p className="flex items-center gap-3 text-xs text-muted">
              <span>
                {row.actor}, <Time value={row.createdAt} />
              </span>
              {mayRestore && !row.isCurrent && (
                <ConfirmButton
                  size="sm"
                  title={`Restore version ${row.version}?`}
                  description={`The ${noun} gets what it had then, as a new version. Nothing of its history is lost.`}
                  confirmLabel="Restore"
                  onConfirm={() => onRestore(row.version)}
                >
                  Restore<span className="sr-only"> version {row.version}</span>
                </ConfirmButton>
              )}
            </p>
          </div>
          {row.changes.length > 0 && <Changes changes={row.changes} />}
        </li>
      ))}
    </ol>
  );
}

function Changes({ changes }: { changes: readonly VersionChange[] }) {
  return (
    <dl className="flex flex-col gap-2.5 text-sm">
      {changes.map(({ field, label, before, after }) => (
        <div key={field} className="grid gap-x-4 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <dt className="text-muted">{label}</dt>
          <dd className="flex min-w-0 flex-col gap-1">
            {before !== null && (
              <del
                className={cn(
                  "rounded-md bg-danger-soft px-2 py-1 text-xs",
                  "break-words whitespace-pre-wrap text-danger-text no-underline",
                )}
              >
                <span className="sr-only">before: </span>
                {shownValue(field, before)}
              </del>
            )}
            {after !== null && (
              <ins
                className={cn(
                  "rounded-md bg-success-soft px-2 py-1 text-xs",
                  "break-words whitespace-pre-wrap text-success-text no-underline",
                )}
              >
                <span className="sr-only">after: </span>
                {shownValue(field, after)}
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const shownValue = (field: string, value: string): string =>
  value === "" ? "nothing" : field === "delay" ? formatSecondsInText(value) : value;

function VersionsSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-4 rounded-lg border bg-surface p-5">
      {["50%", "65%", "40%"].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}
