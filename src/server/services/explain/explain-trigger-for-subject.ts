import type { EventSource } from "@/domain/event-source/event-source";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { runOneQueryAtATime } from "../run-one-query-at-a-time";
import { explainTriggerOutcomes, requireEventSource } from "./explain-trigger-outcomes";
import {
  type ExplainedSubject,
  explainedTriggerSelect,
  type ExplainedTrigger,
  loadExplainedSubject,
} from "./load-explained-subject";
import type { TriggerOutcome } from "./trigger-outcome";

export type TriggerExplanation = TriggerOutcome & {
  /** whether the project has a stored subject with this source id */
  found: boolean;
  /** a sentence on the most probable reason why the trigger did not fire; null if there is none */
  hint: string | null;
};

/** Explains why one trigger did or did not fire for one subject. */
export async function explainTriggerForSubject(
  ctx: ProjectContext,
  input: { triggerId: string; sourceId: string },
  signal?: AbortSignal,
): Promise<TriggerExplanation> {
  requirePermission(ctx, "project:read");
  const trigger = await ctx.db.triggerConfiguration.findFirst({
    where: { id: input.triggerId, projectId: ctx.projectId },
    select: explainedTriggerSelect,
  });
  if (!trigger) throw makeNotFoundError("trigger");
  const source = requireEventSource(trigger.eventSource);
  const subject = await loadExplainedSubject(ctx, source.name, input.sourceId);
  const [outcome] = await runOneQueryAtATime(ctx, { kind: "explain", signal }, (ended) =>
    explainTriggerOutcomes(ctx, { source, triggers: [trigger], subject, ended }),
  );
  return {
    ...outcome!,
    found: subject.row !== null,
    hint: await hintOf(ctx, { source, trigger, subject, outcome: outcome! }),
  };
}

async function hintOf(
  ctx: ProjectContext,
  {
    source,
    trigger,
    subject,
    outcome,
  }: { source: EventSource; trigger: ExplainedTrigger; subject: ExplainedSubject; outcome: TriggerOutcome },
): Promise<string | null> {
  const noun = source.noun.one;
  if (!subject.row) {
    const rejected = await ctx.db.rejectedEvent.findFirst({
      where: { projectId: ctx.projectId, name: source.name },
      select: { id: true },
    });
    return (
      `No ${noun} with this id is known: it was never received, or is not kept any more.` +
      `${rejected ? " Some events were rejected; their page says why." : ""}`
    );
  }
  if (outcome.history.some((decision) => decision.kind === "created")) return null;
  const { receivedAt } = subject.row;
  if (receivedAt < trigger.createdAt)
    return `The ${noun} was last received before this trigger was made. A backfill runs a trigger over what is stored.`;
  const latest = outcome.history[0];
  if (latest?.kind === "off") return `The trigger was off when the ${noun} was received.`;
  if (latest && latest.triggerVersion !== null && latest.triggerVersion < trigger.version)
    return (
      `The trigger has changed since: version ${latest.triggerVersion} decided, it is at version ` +
      `${trigger.version} now.`
    );
  return null;
}
