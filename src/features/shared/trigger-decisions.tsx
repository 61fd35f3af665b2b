import { PageLink } from "@/components/ui/page-link";
import { ConditionResultList, type ShownConditionResult } from "./condition-result-list";
import { ExecutionStatusBadge, type StoredExecutionStatus } from "./execution-status-badge";
import { StatusDot } from "@/components/status";
import { Time } from "@/components/time";
import { Badge, type ColorTone } from "@/components/ui/badge";
import { textLinkClass } from "@/components/ui/text-link-class";
import { formatSecondsInText } from "@/lib/format";

type PastDecision = {
  at: Date;
  eventId: string;
  kind: string;
  label: string;
  reason: string;
  triggerVersion: number | null;
  /** null if the decision is about the whole trigger */
  action: { id: string; name: string } | null;
  /** whether the decision was explained from the stored state of that time; false means from the current state */
  exact: boolean;
};

type ActionOutcomeData = { action: { id: string; name: string }; kind: string; label: string; reason: string };

/**
 * The present and the past decisions of a trigger about one source id (the id of the subject, which events are about),
 * and the executions that it created.
 */
export type TriggerDecisionsOnSubject = {
  trigger: { id: string; name: string; status: string; version: number; deleted: boolean };
  now: {
    kind: string;
    label: string;
    reason: string;
    sentence: string;
    conditions: readonly ShownConditionResult[];
    actions: readonly ActionOutcomeData[];
  };
  /** past decisions, newest first */
  history: readonly PastDecision[];
  executions: readonly {
    id: string;
    status: StoredExecutionStatus;
    attemptCount: number;
    statusReason: string;
    wait: { kind: string; until: Date | null } | null;
    action: { id: string; name: string };
    createdAt: Date;
    finishedAt: Date | null;
  }[];
};

/** The colours of kinds of decisions. A kind that is missing here is neutral. */
const tones: Record<string, ColorTone> = {
  created: "success",
  filter_error: "danger",
  over_cap: "warning",
  no_action: "warning",
};

/** Tells whether the trigger created an execution whose status is not SKIPPED. */
export const hasTriggerFired = ({ executions }: TriggerDecisionsOnSubject): boolean =>
  executions.some(({ status }) => status !== "SKIPPED");

export function DecisionLabel({ kind, label }: { kind: string; label: string }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StatusDot tone={tones[kind] ?? "neutral"} isHollow={tones[kind] === undefined} />
      <span className="first-letter:uppercase">{label}</span>
    </span>
  );
}

type TriggerOutcomeProps = {
  projectId: string;
  outcome: TriggerDecisionsOnSubject;
  /** the HTML element of the headings inside */
  heading: "h2" | "h3";
};

/** Shows what a trigger decides about one source id now, what it decided before, its conditions, and its executions. */
export function TriggerDecisionsView({
  projectId,
  outcome: { now, history, executions },
  heading: Heading,
}: TriggerOutcomeProps) {
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <section aria-label="Now" className="flex flex-col gap-2.5">
        <Heading className="flex flex-wrap items-center gap-x-3 gap-y-1 text-base font-medium">
          If it came now
          <span className="font-normal">
            <DecisionLabel kind={now.kind} label={now.label} />
          </span>
        </Heading>
        <p className="text-sm break-words">{formatSecondsInText(now.reason)}</p>
        {now.actions.length > 1 && <ActionOutcomes actions={now.actions} />}
        {now.sentence && <p className="text-xs break-words text-muted">The filter: {now.sentence}.</p>}
        {now.conditions.length > 0 && <ConditionResultList conditions={now.conditions} />}
      </section>
      <section aria-label="Executions" className="flex flex-col gap-2">
        <Heading className="text-base font-medium">Executions</Heading>
        {executions.length === 0 ? (
          <p className="text-sm text-muted">It led to no execution.</p>
        ) : (
          <Executions projectId={projectId} executions={executions} />
        )}
      </section>
      <section aria-label="History" className="flex flex-col gap-2">
        <Heading className="text-base font-medium">Decisions</Heading>
        {history.length === 0 ? (
          <p className="text-sm text-muted">
            No decision of this trigger is known. The settings of the project say how long decisions and states are
            kept.
          </p>
        ) : (
          <History history={history} />
        )}
      </section>
    </div>
  );
}

function ActionOutcomes({ actions }: { actions: readonly ActionOutcomeData[] }) {
  return (
    <ul aria-label="Answer for each action" className="divide-y rounded-lg border">
      {actions.map(({ action, kind, label, reason }) => (
        <li key={action.id} className="flex flex-col gap-0.5 px-3.5 py-2.5 text-sm">
          <span className="flex flex-wrap items-center justify-between gap-x-4">
            <span className="min-w-0 break-words font-medium">{action.name}</span>
            <DecisionLabel kind={kind} label={label} />
          </span>
          <span className="break-words text-muted">{formatSecondsInText(reason)}</span>
        </li>
      ))}
    </ul>
  );
}

function Executions({ projectId, executions }: { projectId: string } & Pick<TriggerDecisionsOnSubject, "executions">) {
  return (
    <ul className="divide-y rounded-lg border">
      {executions.map(({ id, status, attemptCount, wait, statusReason, action, createdAt }) => (
        <li key={id} className="flex flex-col gap-0.5 px-3.5 py-2.5 text-sm">
          <span className="flex flex-wrap items-center justify-between gap-x-4">
            <PageLink href={`/projects/${projectId}/executions/${id}`} className={textLinkClass}>
              {action.name}
            </PageLink>
            <ExecutionStatusBadge status={status} attemptCount={attemptCount} wait={wait} />
          </span>
          <span className="flex flex-wrap justify-between gap-x-4 text-xs text-muted">
            <span className="min-w-0 break-words">{formatSecondsInText(statusReason)}</span>
            <Time value={createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function History({ history }: Pick<TriggerDecisionsOnSubject, "history">) {
  return (
    <ol className="divide-y rounded-lg border">
      {history.map(({ at, eventId, kind, label, reason, triggerVersion, action, exact }, index) => (
        <li key={`${eventId} ${index}`} className="flex flex-col gap-0.5 px-3.5 py-2.5 text-sm">
          <span className="flex flex-wrap items-baseline justify-between gap-x-4">
            <DecisionLabel kind={kind} label={label} />
            <span className="text-xs text-muted">
              {action && (
                <>
                  <bdi>{action.name}</bdi> ·{" "}
                </>
              )}
              {triggerVersion !== null && `version ${triggerVersion} · `}
              <Time value={at} />
            </span>
          </span>
          <span className="break-words text-muted">{formatSecondsInText(reason)}</span>
          {!exact && (
            <span>
              <Badge tone="outline">with today&apos;s state</Badge>
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
