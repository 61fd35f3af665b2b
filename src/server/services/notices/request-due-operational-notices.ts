import type { ServiceContext } from "@/server/context";
import { noticesDueEvent } from "@/server/inngest/events";
import { OPERATIONAL_NOTICE_INTERVAL_MS } from "./send-operational-notices";

/** The most projects that one look wakes. */
const PROJECTS_MAX = 1_000;

/** Wakes a run for each project with due notices, once a minute. A run takes all due notices of its project. */
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
