"use client";

import { PageLink } from "@/components/ui/page-link";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { ExecutionStatusBadge } from "@/features/shared/execution-status-badge";
import { FilterChips } from "@/components/filter-chips";
import {
  DecisionLabel,
  hasTriggerFired,
  TriggerDecisionsView,
  type TriggerDecisionsOnSubject,
} from "@/features/shared/trigger-decisions";
import { Badge } from "@/components/ui/badge";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Skeleton } from "@/components/ui/skeleton";
import { Time } from "@/components/time";
import { cn } from "@/lib/cn";
import { formatCountWithNoun, formatSecondsInText } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useUrlParam } from "@/lib/use-url-params";
import { firedTriggersParam } from "./search-params";
import type { ObservationDecision, Observation } from "./types";

type TriggersProps = { projectId: string; observation: Observation };

/**
 * Shows for each trigger what it decided about an observation in the past, and what it would decide now. Triggers
 * beyond the server's limit are only counted.
 */
export function ObservationTriggers({ projectId, observation }: TriggersProps) {
  const trpc = useTRPC();
  const [show, setShow] = useUrlParam("show", firedTriggersParam);
  const { one } = getEventNounForms(observation.eventSource);
  const { data, error, refetch } = useQuery(
    trpc.observation.explain.queryOptions({
      projectId,
      observationId: observation.id,
      eventSource: observation.eventSource,
    }),
  );
  if (error && !data) {
    return (
      <QueryErrorMessage
        title="The decisions could not be explained"
        message={error.message}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) return <TriggersSkeleton />;
  const fired = data.triggers.filter(hasTriggerFired);
  const others = data.triggers.filter((outcome) => !hasTriggerFired(outcome));
  // Triggers beyond the limit come after those that fired. If all shown ones fired, some of the others may have too.
  const notFiredCount = others.length > 0 ? others.length + data.more : data.more === 0 ? 0 : undefined;
  const shown = { all: data.triggers, fired, not: others }[show];
  const general = observation.decisions.filter(({ trigger }) => trigger === null);
  return (
    <div className="flex flex-col gap-4">
      <FilterChips
        aria-label="Triggers that"
        chips={[
          { value: "all", label: "All", count: data.triggers.length + data.more },
          { value: "fired", label: "Fired", tone: "success", count: fired.length },
          { value: "not", label: "Did not fire", tone: "neutral", isHollow: true, count: notFiredCount },
        ]}
        value={show}
        onValueChange={(value) => setShow(value)}
      />
      {shown.length === 0 ? (
        <p className="text-sm text-muted">
          {data.triggers.length === 0
            ? "This project has no trigger."
            : show === "fired"
              ? `No trigger fired for this ${one}.`
              : `Every trigger fired for this ${one}.`}
        </p>
      ) : (
        <ul aria-label="Triggers" className="divide-y rounded-lg border">
          {shown.map((outcome) => (
            <TriggerItem key={outcome.trigger.id} projectId={projectId} outcome={outcome} />
          ))}
        </ul>
      )}
      {data.more > 0 && (
        <p className="text-xs text-muted">
          {formatCountWithNoun(data.more, "more trigger")} not shown: ask on the page of a trigger, under “Why not?”.
        </p>
      )}
      {general.length > 0 && <GeneralDecisions decisions={general} />}
    </div>
  );
}

function TriggerItem({ projectId, outcome }: { projectId: string; outcome: TriggerDecisionsOnSubject }) {
  const { trigger, now } = outcome;
  const [latest] = outcome.executions;
  return (
    <li>
      <details className="group">
        <summary
          className={cn(
            "flex cursor-pointer list-none items-center gap-2.5 rounded-lg px-3.5 py-2.5 text-sm hover:bg-hover",
            "[&::-webkit-details-marker]:hidden",
          )}
        >
          <ChevronRight aria-hidden className="size-4 shrink-0 text-subtle transition-transform group-open:rotate-90" />
          <span className="min-w-0 flex-1 truncate font-medium">{trigger.name}</span>
          {trigger.deleted ? <Badge>deleted</Badge> : trigger.status === "DISABLED" && <Badge>off</Badge>}
          <span className="shrink-0 text-muted">
            {hasTriggerFired(outcome) && latest ? (
              <ExecutionStatusBadge status={latest.status} attemptCount={latest.attemptCount} wait={latest.wait} />
            ) : (
              <DecisionLabel kind={now.kind} label={now.label} />
            )}
          </span>
        </summary>
        <div className="flex flex-col gap-4 px-3.5 pt-1 pb-4 sm:pl-10">
          {!trigger.deleted && (
            <PageLink
              href={`/projects/${projectId}/triggers/${trigger.id}`}
              className="self-start rounded-sm text-sm text-accent-text underline-offset-2 hover:underline"
            >
              Open the trigger
            </PageLink>
          )}
          <TriggerDecisionsView projectId={projectId} outcome={outcome} heading="h3" />
        </div>
      </details>
    </li>
  );
}

/** Shows decisions about the event itself, made before any trigger was evaluated. */
function GeneralDecisions({ decisions }: { decisions: readonly ObservationDecision[] }) {
  return (
    <section aria-label="Before any trigger" className="flex flex-col gap-2">
      <h3 className="text-base font-medium">Before any trigger</h3>
      <ol className="divide-y rounded-lg border">
        {decisions.map(({ id, kind, label, reason, createdAt }) => (
          <li key={id} className="flex flex-col gap-0.5 px-3.5 py-2.5 text-sm">
            <span className="flex flex-wrap items-baseline justify-between gap-x-4">
              <DecisionLabel kind={kind} label={label} />
              <Time value={createdAt} className="text-xs text-muted" />
            </span>
            <span className="break-words text-muted">{formatSecondsInText(reason)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function TriggersSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-3">
      <Skeleton width="14rem" />
      <Skeleton width="100%" className="h-10" />
      <Skeleton width="100%" className="h-10" />
    </div>
  );
}
