import { PageLink } from "@/components/ui/page-link";
import { ExecutionStatusBadge } from "@/features/shared/execution-status-badge";
import { ExecutionTitle } from "@/features/shared/execution-title";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/lib/cn";
import { formatSecondsInText } from "@/lib/format";
import type { Observation } from "./types";

/** Lists the executions that triggers created for an observation. */
export function ObservationExecutions({
  projectId,
  observation: { executions },
}: {
  projectId: string;
  observation: Observation;
}) {
  if (executions.length === 0) return <p className="text-sm text-muted">It led to no execution.</p>;
  return (
    <ul aria-label="Executions" className="divide-y rounded-lg border">
      {executions.map((execution) => (
        <li key={execution.id} className="relative flex flex-col gap-0.5 px-3.5 py-2.5 text-sm hover:bg-hover">
          <span className="flex flex-wrap items-center justify-between gap-x-4">
            <PageLink
              href={`/projects/${projectId}/executions/${execution.id}`}
              className={cn(
                "font-medium outline-none before:absolute before:inset-0 before:content-['']",
                "focus-visible:before:outline-2 focus-visible:before:outline-accent",
              )}
            >
              <ExecutionTitle {...execution} />
            </PageLink>
            <ExecutionStatusBadge
              status={execution.status}
              attemptCount={execution.attemptCount}
              wait={execution.wait}
            />
          </span>
          <span className="flex flex-wrap justify-between gap-x-4 text-xs text-muted">
            <span className="min-w-0 break-words">{formatSecondsInText(execution.statusReason)}</span>
            <Time value={execution.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

const outcomes = {
  APPLIED: { label: "Applied", meaning: "It became the state.", tone: "success" },
  UNCHANGED: { label: "Unchanged", meaning: "The event held nothing new.", tone: "neutral" },
  OLDER: { label: "Older", meaning: "A newer state was stored already, so it changed nothing.", tone: "neutral" },
} as const;

/** Lists the events about the observation that are still kept, with the result of each event. */
export function ObservationRevisions({ observation: { revisions } }: { observation: Observation }) {
  if (revisions.length === 0)
    return (
      <p className="text-sm text-muted">
        No revision is kept any more. The settings of the project say for how long they are.
      </p>
    );
  return (
    <ol className="divide-y rounded-lg border">
      {revisions.map((revision) => {
        const outcome = outcomes[revision.outcome];
        return (
          <li key={revision.eventId} className="flex flex-col gap-0.5 px-3.5 py-2.5 text-sm">
            <span className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <span className="flex items-center gap-2">
                <Badge tone={outcome.tone}>{outcome.label}</Badge>
                <span className="text-muted">{outcome.meaning}</span>
              </span>
              <Time value={revision.receivedAt} className="text-xs text-muted" />
            </span>
            <span className="font-mono text-xs break-words text-subtle">
              {revision.eventId}, as of <Time value={revision.orderAt} format="absolute" />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
