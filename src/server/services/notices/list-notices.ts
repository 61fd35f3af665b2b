import { readPersonIdOfActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";

const SHOWN = 30;

/** A notice to the project's members, as the list behind the bell icon shows it. */
export type NoticeItem = {
  id: string;
  kind: string;
  subjectId: string;
  subject: string;
  reason: string;
  createdAt: Date;
  endedAt: Date | null;
  isUnread: boolean;
};

/** Returns the newest 30 notices of a project, and how many of these the person has not read. */
export async function listNotices(ctx: ProjectContext): Promise<{ unread: number; items: NoticeItem[] }> {
  requirePermission(ctx, "project:read");
  const { projectId } = ctx;
  const userId = readPersonIdOfActor(ctx.actor);
  const [rows, reader, member] = await Promise.all([
    ctx.db.notice.findMany({
      where: { projectId },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: SHOWN,
      select: { id: true, kind: true, subjectId: true, subject: true, reason: true, createdAt: true, endedAt: true },
    }),
    userId ? ctx.db.noticeReader.findUnique({ where: { userId_projectId: { userId, projectId } } }) : null,
    userId ? ctx.db.membership.findUnique({ where: { projectId_userId: { projectId, userId } } }) : null,
  ]);
  // Notices from before a person joined the project count as read, also if the person was a member before.
  const readUntil = Math.max(reader?.readAt.getTime() ?? 0, member?.createdAt.getTime() ?? 0);
  const items = rows.map((row) => ({ ...row, isUnread: row.createdAt.getTime() > readUntil }));
  return { unread: items.filter(({ isUnread }) => isUnread).length, items };
}
