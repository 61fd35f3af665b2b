import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { loadStatusReasons, statusReasonSelect } from "../executions/load-status-reasons";

/** At most this many executions, decisions and revisions of a subject are read, newest first. */
const RELATED_MAX = 200;

export const explainedTriggerSelect = {
  id: true,
  name: true,
  status: true,
  version: true,
  deletedAt: true,
  eventSource: true,
  filter: true,
  samplingRate: true,
  samplingBy: true,
  delaySeconds: true,
  delayMode: true,
  capPerHour: true,
  createdAt: true,
  actions: {
    where: { action: { deletedAt: null } },
    orderBy: { position: "asc" },
    select: { action: { select: { id: true, disabledAt: true } } },
  },
} satisfies Prisma.TriggerConfigurationSelect;
export type ExplainedTrigger = Prisma.TriggerConfigurationGetPayload<{ select: typeof explainedTriggerSelect }>;

export type ExplainedSubject = Awaited<ReturnType<typeof loadExplainedSubject>>;

/**
 * Loads the latest 200 each of the states, decisions and executions of the subject with a source id, and why its
 * executions wait.
 */
export async function loadExplainedSubject(ctx: ProjectContext, eventSource: string, sourceId: string) {
  const { projectId } = ctx;
  const [row, revisions, decisions, executions] = await Promise.all([
    ctx.db.observation.findUnique({
      where: { projectId_eventSource_id: { projectId, eventSource, id: sourceId } },
      select: { id: true, name: true, state: true, lastEventId: true, receivedAt: true, firstReceivedAt: true },
    }),
    ctx.db.observationRevision.findMany({
      where: { projectId, eventSource, observationId: sourceId, outcome: { not: "OLDER" } },
      orderBy: { orderAt: "desc" },
      take: RELATED_MAX,
      select: { eventId: true, state: true, receivedAt: true },
    }),
    ctx.db.decision.findMany({
      where: { projectId, sourceId, eventSource },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: RELATED_MAX,
      select: {
        eventId: true,
        kind: true,
        reason: true,
        seen: true,
        triggerId: true,
        actionId: true,
        triggerVersion: true,
        createdAt: true,
      },
    }),
    ctx.db.actionExecution.findMany({
      where: { projectId, sourceId, eventSource },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: RELATED_MAX,
      select: {
        ...statusReasonSelect,
        triggerId: true,
        createdAt: true,
        finishedAt: true,
        attemptCount: true,
        cancelledBy: true,
      },
    }),
  ]);
  const statusReasonOf = await loadStatusReasons(ctx, executions);
  return { row, revisions: withStates(revisions, row), decisions, executions, statusReasonOf };
}

type Revision = { eventId: string; state: string | null; receivedAt: Date };

/**
 * Gives each revision of a subject its state; revisions come newest first. The subject's row holds the newest state,
 * and a revision stores its state only when a different one follows. So a revision without a state has the state of the
 * next newer revision.
 */
function withStates(
  revisions: readonly Revision[],
  row: { state: string | null; lastEventId: string | null } | null,
): Revision[] {
  let newer = row?.state ?? null;
  return revisions.map((revision) => {
    const state = revision.state ?? newer;
    newer = state;
    return { ...revision, state };
  });
}

/**
 * Loads the versions of triggers that were in force at the given moments, by trigger, oldest first. It reads only these
 * versions, because a trigger may have thousands.
 */
export async function loadTriggerVersionsInForce(
  ctx: ProjectContext,
  triggerIds: readonly string[],
  moments: readonly Date[],
) {
  const inForce = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT v.id FROM unnest(${[...triggerIds]}::text[]) AS t(id)
      CROSS JOIN unnest(${[...moments]}::timestamptz[]) AS m(at)
    CROSS JOIN LATERAL (
      SELECT id FROM configuration_version WHERE target_id = t.id AND project_id = ${ctx.projectId}
        AND created_at <= m.at
      ORDER BY version DESC LIMIT 1) AS v`;
  const rows = await ctx.db.configurationVersion.findMany({
    where: { id: { in: inForce.map(({ id }) => id) } },
    orderBy: [{ targetId: "asc" }, { version: "asc" }],
    select: { targetId: true, version: true, snapshot: true, createdAt: true },
  });
  const byTrigger = new Map<string, typeof rows>();
  for (const row of rows) byTrigger.set(row.targetId, [...(byTrigger.get(row.targetId) ?? []), row]);
  return byTrigger;
}
export type TriggerVersionsInForce = Awaited<ReturnType<typeof loadTriggerVersionsInForce>>;
