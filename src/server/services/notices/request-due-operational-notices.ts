import type { ServiceContext } from "@/server/context";
import { noticesDueEvent } from "@/server/inngest/events";

const MINUTE_MS = 60_000;
/** One call asks for runs of at most this many projects. */
const PROJECTS_MAX = 1_000;

/**
 * Asks the engine, for each project with due notices for its operational webhook, for a run that sends them. While the
 * same notice is the earliest one, a project gets at most one such run a minute.
 */
export async function requestDueOperationalNotices(ctx: ServiceContext): Promise<void> {
  const now = ctx.now();
  const due = await ctx.db.$queryRaw<{ projectId: string; dueAt: Date }[]>`
    SELECT project_id AS "projectId", min(due_at) AS "dueAt" FROM operational_notice
    WHERE status = 'waiting' AND due_at <= ${now} GROUP BY project_id ORDER BY min(due_at) LIMIT ${PROJECTS_MAX}`;
  if (due.length === 0) return;
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  await ctx.send(
    due.map(({ projectId, dueAt }) =>
      noticesDueEvent.create({ v: 1, projectId }, { id: `${projectId}:notices:${dueAt.getTime()}:${minute}` }),
    ),
  );
}
