import Link from "next/link";
import { CircleCheck } from "lucide-react";
import { StatusDot } from "@/components/status";
import { Time } from "@/components/time";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import type { OverviewData } from "./types";

/** The last executions that failed for good, with their reasons. */
export function LatestFailures({ projectId, failures }: { projectId: string; failures: OverviewData["failures"] }) {
  const base = `/projects/${projectId}/executions`;
  return (
    <Card
      title="Latest failures"
      isFlush
      actions={
        failures.length > 0 && (
          <ButtonLink href={`${base}?status=ERROR`} variant="ghost" size="sm">
            All failures
          </ButtonLink>
        )
      }
    >
      {failures.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-5 text-sm text-muted sm:px-5">
          <CircleCheck aria-hidden className="size-4 text-success" /> Nothing failed in the last 24 hours.
        </p>
      ) : (
        <ul>
          {failures.map((failure) => (
            <li key={failure.id} className="border-b last:border-b-0">
              <Link
                href={`${base}/${failure.id}`}
                className="flex items-start gap-3 px-4 py-2.5 -outline-offset-2 hover:bg-hover sm:px-5"
              >
                <StatusDot tone="danger" className="mt-1.5" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate text-sm font-medium">
                    {failure.trigger.name} → {failure.action.name}
                  </span>
                  <span className="block truncate text-sm text-muted">
                    {failure.error?.message ?? failure.statusReason ?? "No reason is known."}
                  </span>
                </span>
                <Time value={failure.finishedAt ?? failure.createdAt} className="shrink-0 text-xs text-muted" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
