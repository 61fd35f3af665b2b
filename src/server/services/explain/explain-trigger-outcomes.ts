import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { EventSource } from "@/domain/event-source/event-source";
import { getEventSource } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { loadTriggerAndActionNames } from "../load-trigger-and-action-names";
import { filterEvaluatorsOf } from "../redaction/hashed-filters";
import { explainTrigger } from "./explain-trigger";
import { type ExplainedSubject, type ExplainedTrigger, loadTriggerVersionsInForce } from "./load-explained-subject";
import type { TriggerOutcome } from "./trigger-outcome";

const HOUR_MS = 3_600_000;

export function requireEventSource(name: string): EventSource {
  const source = getEventSource(name);
  if (!source) throw new AppError("BAD_REQUEST", `The event source ${name} is not registered.`);
  return source;
}

export async function explainTriggerOutcomes(
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
    loadTriggerVersionsInForce(
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
  const names = await loadTriggerAndActionNames(ctx, { triggerIds: [], actionIds: [...related, ...linked.keys()] });
  const created = new Map(counters.map((counter) => [counter.triggerId, counter.created]));
  const explained: TriggerOutcome[] = [];
  const filters = await filterEvaluatorsOf(ctx, ctx.projectId);
  for (const trigger of triggers) {
    const input = {
      source,
      trigger,
      subject,
      versions,
      createdThisHour: created.get(trigger.id) ?? 0,
      actionName: names.action,
      // Deletion times are loaded only for actions that the triggers still have. Every other action counts as existing.
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
