import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { runOneQueryAtATime } from "../run-one-query-at-a-time";
import { explainTriggerOutcomes, requireEventSource } from "./explain-trigger-outcomes";
import { explainedTriggerSelect, loadExplainedSubject } from "./load-explained-subject";
import type { TriggerOutcome } from "./trigger-outcome";

const TRIGGERS_MAX = 100;

export type SubjectExplanation = {
  observation: { id: string; name: string | null; receivedAt: Date };
  triggers: TriggerOutcome[];
  /** the number of further triggers, which are not explained */
  more: number;
};

/**
 * Explains what triggers of the project decided, and would decide now, about one subject. Triggers with an execution
 * come first, then those with another past decision, then the others from the newest. At most 100 are explained.
 */
export async function explainSubject(
  ctx: ProjectContext,
  input: { observationId: string; eventSource?: string | undefined },
  signal?: AbortSignal,
): Promise<SubjectExplanation> {
  requirePermission(ctx, "project:read");
  const source = requireEventSource(input.eventSource ?? DEFAULT_EVENT_SOURCE_NAME);
  const subject = await loadExplainedSubject(ctx, source.name, input.observationId);
  if (!subject.row) throw makeNotFoundError(source.noun.one);
  const decided = [
    ...new Set(
      [...subject.executions, ...subject.decisions].map(({ triggerId }) => triggerId).filter((id) => id !== null),
    ),
  ];
  const decidedFirst = decided.slice(0, TRIGGERS_MAX);
  const where = { projectId: ctx.projectId, eventSource: source.name };
  const [first, others, count] = await Promise.all([
    ctx.db.triggerConfiguration.findMany({
      where: { ...where, id: { in: decidedFirst } },
      select: explainedTriggerSelect,
    }),
    ctx.db.triggerConfiguration.findMany({
      where: { ...where, deletedAt: null, id: { notIn: decided } },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      select: explainedTriggerSelect,
      take: TRIGGERS_MAX,
    }),
    ctx.db.triggerConfiguration.count({ where: { ...where, OR: [{ deletedAt: null }, { id: { in: decided } }] } }),
  ]);
  first.sort((left, right) => decidedFirst.indexOf(left.id) - decidedFirst.indexOf(right.id));
  const triggers = [...first, ...others].slice(0, TRIGGERS_MAX);
  const { id, name, receivedAt } = subject.row;
  return {
    observation: { id, name, receivedAt },
    triggers: await runOneQueryAtATime(ctx, { kind: "explain", signal }, (ended) =>
      explainTriggerOutcomes(ctx, { source, triggers, subject, ended }),
    ),
    more: count - triggers.length,
  };
}
