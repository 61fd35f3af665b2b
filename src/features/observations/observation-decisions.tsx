import Link from "next/link";
import { StatusDot } from "@/components/status";
import { Time } from "@/components/time";
import type { Tone } from "@/components/ui/badge";
import type { Decision } from "./types";

/** Kinds that made something happen, or failed to; all others are quiet. */
const tones: Record<string, Tone> = { created: "success", filter_error: "danger", over_cap: "warning" };
const linkClass = "rounded-sm text-accent-text underline-offset-2 hover:underline";

type DecisionsProps = { projectId: string; decisions: readonly Decision[] };

/** What was decided about an observation, trigger by trigger, the latest first. */
export function ObservationDecisions({ projectId, decisions }: DecisionsProps) {
  if (decisions.length === 0) {
    return <p className="text-sm text-muted">No decision is kept. Plain non-matches are only counted, and all others stay for a week: a trigger&apos;s preview tells why it does not match.</p>;
  }
  const groups = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const key = decision.trigger?.id ?? "";
    groups.set(key, [...(groups.get(key) ?? []), decision]);
  }
  return (
    <div className="flex flex-col gap-5">
      {[...groups].map(([triggerId, group]) => (
        <section key={triggerId} aria-label={group[0]?.trigger?.name ?? "All triggers"}>
          <h3 className="mb-2 text-sm font-semibold">
            <TriggerName projectId={projectId} trigger={group[0]?.trigger ?? null} />
          </h3>
          <ol className="divide-y rounded-lg border">
            {group.map((decision) => (
              <DecisionItem key={decision.id} projectId={projectId} decision={decision} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function TriggerName({ projectId, trigger }: { projectId: string; trigger: Decision["trigger"] }) {
  if (!trigger) return "All triggers";
  if (trigger.deleted) return `${trigger.name} (deleted)`;
  return (
    <Link href={`/projects/${projectId}/triggers/${trigger.id}`} className={linkClass}>
      {trigger.name}
    </Link>
  );
}

function DecisionItem({ projectId, decision }: { projectId: string; decision: Decision }) {
  const { kind, label, reason, action, executionId, triggerVersion, createdAt } = decision;
  return (
    <li className="flex flex-col gap-0.5 px-3.5 py-2.5 text-sm">
      <span className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="flex items-center gap-2 font-medium">
          <StatusDot tone={tones[kind] ?? "neutral"} isHollow={tones[kind] === undefined} />
          <span className="first-letter:uppercase">{label}</span>
        </span>
        <span className="text-xs text-muted">
          {triggerVersion !== null && `version ${triggerVersion} · `}
          <Time value={createdAt} />
        </span>
      </span>
      <span className="break-words text-muted">{reason}</span>
      {(action || executionId) && (
        <span className="text-xs text-muted">
          {action && <>Action {action.name}</>}
          {action && executionId && " · "}
          {executionId && (
            <Link href={`/projects/${projectId}/executions/${executionId}`} className="rounded-sm text-accent-text underline underline-offset-2">
              Execution
            </Link>
          )}
        </span>
      )}
    </li>
  );
}
