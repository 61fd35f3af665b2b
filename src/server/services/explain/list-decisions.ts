import { z } from "zod";
import { describeDecisionReason, type Decision } from "@/domain/decide";
import type { ProjectContext } from "@/server/context";
import { hasPermission, requirePermission } from "../access";
import { getStoredDecisionLabel } from "../executions/stored-decision-label";
import type { DecisionSummary } from "../executions/get-execution";
import { loadTriggerAndActionNames, type NamedTriggerOrAction } from "../load-trigger-and-action-names";
import { makeAfterCursorWhere, PageInput, toPage, type Page } from "../keyset";

/**
 * The kinds of decisions that the database stores. For an event that did not match, it stores one only if the trigger
 * had an execution for the subject.
 */
const keptKinds = [
  "created",
  "skipped_exists",
  "over_cap",
  "cancelled",
  "sampled_out",
  "not_matched_finished",
  "ignored_older",
  "filter_error",
] as const satisfies readonly Decision["kind"][];

export const ListDecisionsInput = PageInput.extend({
  kind: z.array(z.enum(keptKinds)).max(keptKinds.length).optional(),
  triggerId: z.string().min(1).max(100).optional(),
  sourceId: z.string().min(1).max(1_000).optional(),
});

export type DecisionListItem = DecisionSummary & {
  eventSource: string;
  sourceId: string;
  trigger: NamedTriggerOrAction | null;
  action: NamedTriggerOrAction | null;
  executionId: string | null;
};

/** Lists the stored decisions of a project, newest first. Index: decision (project_id, created_at). */
export async function listDecisions(
  ctx: ProjectContext,
  input: z.input<typeof ListDecisionsInput>,
): Promise<Page<DecisionListItem>> {
  requirePermission(ctx, "project:read");
  const { kind, triggerId, sourceId, cursor, limit } = ListDecisionsInput.parse(input);
  const rows = await ctx.db.decision.findMany({
    where: {
      projectId: ctx.projectId,
      ...(kind?.length ? { kind: { in: kind } } : {}),
      ...(triggerId ? { triggerId } : {}),
      ...(sourceId ? { sourceId } : {}),
      ...makeAfterCursorWhere(cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: {
      id: true,
      eventId: true,
      kind: true,
      reason: true,
      seen: true,
      triggerVersion: true,
      createdAt: true,
      eventSource: true,
      sourceId: true,
      triggerId: true,
      actionId: true,
      executionId: true,
    },
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  const names = await loadTriggerAndActionNames(ctx, {
    triggerIds: page.items.flatMap((row) => row.triggerId ?? []),
    actionIds: page.items.flatMap((row) => row.actionId ?? []),
  });
  const bodiesVisible = hasPermission(ctx, "body:read");
  return {
    ...page,
    items: page.items.map(({ triggerId, actionId, seen, ...decision }) => ({
      ...decision,
      label: getStoredDecisionLabel(decision.kind),
      reason: describeDecisionReason(decision.reason, seen, bodiesVisible),
      trigger: triggerId === null ? null : names.trigger(triggerId),
      action: actionId === null ? null : names.action(actionId),
    })),
  };
}
