import type { ServiceContext } from "@/server/context";
import { noticesDueEvent } from "@/server/inngest/events";
import { OPERATIONAL_NOTICE_INTERVAL_MS } from "./send-operational-notices";

/** One call asks for runs of at most this many projects. */
const PROJECTS_MAX = 1_000;

/**
 * Asks the engine, for each project with due notices for its operational webhook, for a run that sends them. A project
 * gets at most one such run a minute.
 */
export async function requestDueOperationalNotices(ctx: ServiceContext): Promise<void> {
  const now = ctx.now();
  const due = await ctx.db.$queryRaw<{ projectId: string; dueAt: Date }[]>`
    SELECT project_id AS "projectId", min(due_at) AS "dueAt" FROM operational_notice
    WHERE status = 'waiting' AND due_at <= ${now} GROUP BY project_id ORDER BY min(due_at) LIMIT ${PROJECTS_MAX}`;
  if (due.length === 0) return;
  const minute = Math.floor(now.getTime() / OPERATIONAL_NOTICE_INTERVAL_MS);
  await ctx.send(
    due.map(({ projectId, dueAt }) =>
      noticesDueEvent.create({ v: 1, projectId }, { id: `${projectId}:notices:${dueAt.getTime()}:${minute}` }),
    ),
  );
}
