import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { EventSource } from "@/domain/event-source/event-source";
import { DEFAULT_EVENT_SOURCE, getEventSource } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { loadConfigurationNames } from "../configuration-names";
import { asOnlyLook } from "../person-look";
import { explainTrigger } from "./explain-trigger";
import { explainedTrigger, loadSubject, loadVersions, type ExplainedTrigger, type ExplainedSubject } from "./load";
import type { TriggerOutcome } from "./outcome";
import { filtersOf } from "../redaction/hashed-filters";

const TRIGGERS_MAX = 100;
const HOUR_MS = 3_600_000;

export type SubjectExplanation = {
  observation: { id: string; name: string | null; receivedAt: Date };
  triggers: TriggerOutcome[];
  /** the number of further triggers, which are not explained */
  more: number;
};

/**
 * Explains the decision of every trigger of the project about one source id. Triggers with a past decision come first.
 */
export async function explainSubject(
  ctx: ProjectContext,
  input: { observationId: string; eventSource?: string | undefined },
  signal?: AbortSignal,
): Promise<SubjectExplanation> {
  requirePermission(ctx, "project:read");
  const source = sourceOf(input.eventSource ?? DEFAULT_EVENT_SOURCE);
  const subject = await loadSubject(ctx, source.name, input.observationId);
  if (!subject.row) throw notFound(source.noun.one);
  const decided = [
    ...new Set(
      [...subject.decisions, ...subject.executions].map(({ triggerId }) => triggerId).filter((id) => id !== null),
    ),
  ];
  const where = { projectId: ctx.projectId, eventSource: source.name };
  const [first, others, count] = await Promise.all([
    ctx.db.triggerConfiguration.findMany({
      where: { ...where, id: { in: decided } },
      select: explainedTrigger,
      take: TRIGGERS_MAX,
    }),
    ctx.db.triggerConfiguration.findMany({
      where: { ...where, deletedAt: null, id: { notIn: decided } },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      select: explainedTrigger,
      take: TRIGGERS_MAX,
    }),
    ctx.db.triggerConfiguration.count({ where: { ...where, OR: [{ deletedAt: null }, { id: { in: decided } }] } }),
  ]);
  const triggers = [...first, ...others].slice(0, TRIGGERS_MAX);
  const { id, name, receivedAt } = subject.row;
  return {
    observation: { id, name, receivedAt },
    triggers: await asOnlyLook(ctx, { kind: "explain", signal }, (ended) =>
      outcomes(ctx, { source, triggers, subject, ended }),
    ),
    more: count - triggers.length,
  };
}

export type TriggerExplanation = TriggerOutcome & {
  /** whether the project knows the source id */
  found: boolean;
  /** the most probable reason why the trigger made no decision, in words; else null */
  hint: string | null;
};

/** Explains why a trigger did or did not fire for one source id. */
export async function explainTriggerFor(
  ctx: ProjectContext,
  input: { triggerId: string; sourceId: string },
  signal?: AbortSignal,
): Promise<TriggerExplanation> {
  requirePermission(ctx, "project:read");
  const trigger = await ctx.db.triggerConfiguration.findFirst({
    where: { id: input.triggerId, projectId: ctx.projectId },
    select: explainedTrigger,
  });
  if (!trigger) throw notFound("trigger");
  const source = sourceOf(trigger.eventSource);
  const subject = await loadSubject(ctx, source.name, input.sourceId);
  const [outcome] = await asOnlyLook(ctx, { kind: "explain", signal }, (ended) =>
    outcomes(ctx, { source, triggers: [trigger], subject, ended }),
  );
  return {
    ...outcome!,
    found: subject.row !== null,
    hint: await hintOf(ctx, { source, trigger, subject, outcome: outcome! }),
  };
}

function sourceOf(name: string): EventSource {
  const source = getEventSource(name);
  if (!source) throw new AppError("BAD_REQUEST", `The event source ${name} is not registered.`);
  return source;
}

async function outcomes(
  ctx: ProjectContext,
  {
    source,
    triggers,
    subject,
    ended,
  }: { source: EventSource; triggers: readonly ExplainedTrigger[]; subject: ExplainedSubject; ended: AbortSignal },
): Promise<TriggerOutcome[]> {
  const ids = triggers.map((trigger) => trigger.id);
  const hour = new Date(Math.floor(ctx.now().getTime() / HOUR_MS) * HOUR_MS);
  const [versions, counters, actions] = await Promise.all([
    loadVersions(
      ctx,
      ids,
      subject.revisions.map((revision) => revision.receivedAt),
    ),
    ctx.db.triggerCounter.findMany({
      where: { triggerId: { in: ids }, projectId: ctx.projectId, hour },
      select: { triggerId: true, created: true },
    }),
    ctx.db.actionConfiguration.findMany({
      where: { projectId: ctx.projectId, triggers: { some: { triggerId: { in: ids } } } },
      select: { id: true, deletedAt: true },
    }),
  ]);
  const linked = new Map(actions.map((action) => [action.id, action.deletedAt]));
  const related = [...subject.executions, ...subject.decisions].flatMap(({ actionId }) => actionId ?? []);
  const names = await loadConfigurationNames(ctx, { triggerIds: [], actionIds: [...related, ...linked.keys()] });
  const created = new Map(counters.map((counter) => [counter.triggerId, counter.created]));
  const explained: TriggerOutcome[] = [];
  const filters = await filtersOf(ctx, ctx.projectId);
  for (const trigger of triggers) {
    const input = {
      source,
      trigger,
      subject,
      versions,
      createdThisHour: created.get(trigger.id) ?? 0,
      actionName: names.action,
      // The end of an action that is no longer linked to the trigger is not read, so such an action counts as existing.
      actionExistedAt: (id: string, at: Date) => (linked.get(id) ?? at) >= at,
    };
    explained.push(
      await filters.withFilters(
        { projectId: ctx.projectId, purpose: "people" },
        { eventSource: source.name, signal: ended },
        (look) => explainTrigger(ctx, input, look),
      ),
    );
    // A trigger may evaluate many states, so the event loop gets a turn after each trigger.
    await yieldToOthers();
  }
  return explained;
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
