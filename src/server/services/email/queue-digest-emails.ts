import { composeDigestEmail, type NoticeInDigest } from "@/domain/notice";
import type { ServiceContext } from "@/server/context";
import { makeUnsubscribeUrl } from "./unsubscribe";
import { canSendEmail, queueEmail } from "./queue-email";

const MINUTE_MS = 60_000;
/** The shortest time between two digest emails to a person, ms. */
const PAUSE_MS = 15 * MINUTE_MS;
/**
 * A digest email leaves out notices older than this, ms. Otherwise the first digest after SMTP was set up would list
 * old notices.
 */
const TOLD_MS = 24 * 60 * MINUTE_MS;
const PEOPLE_MAX = 200;

type Person = { userId: string; email: string };

/**
 * Queues one digest email for each of up to 200 people whose projects have new notices. A person gets at most one
 * digest in 15 minutes, without the kinds of notices that the person has switched off.
 * @returns the number of queued emails
 */
export async function queueDigestEmails(ctx: ServiceContext): Promise<number> {
  if (!canSendEmail(ctx)) return 0;
  const now = ctx.now();
  const people = await ctx.db.$queryRaw<Person[]>`
    SELECT DISTINCT u.id AS "userId", u.email
    FROM notice n JOIN membership m ON m.project_id = n.project_id JOIN "user" u ON u.id = m.user_id
      JOIN project p ON p.id = n.project_id AND p.deleted_at IS NULL
      LEFT JOIN email_choice c ON c.user_id = u.id
    WHERE n.created_at > ${new Date(now.getTime() - TOLD_MS)} AND n.created_at > m.created_at
      AND (c.told_until IS NULL OR n.created_at > c.told_until) AND (c.next_at IS NULL OR c.next_at <= ${now})
      AND NOT (n.kind = ANY(coalesce(c.off, '{}')))
    LIMIT ${PEOPLE_MAX}`;
  let written = 0;
  for (const person of people) if (await tellPerson(ctx, person)) written += 1;
  return written;
}

/**
 * Queues the digest of one person. The transaction locks the person's email choices, so that two runs at once queue
 * only one digest. Returns false without new notices.
 */
async function tellPerson(ctx: ServiceContext, { userId, email }: Person): Promise<boolean> {
  const now = ctx.now();
  return ctx.db.$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO email_choice (user_id, off) VALUES (${userId}, '{}') ON CONFLICT DO NOTHING`;
    const [choice] = await tx.$queryRaw<{ off: string[]; toldUntil: Date | null; nextAt: Date | null }[]>`
      SELECT off, told_until AS "toldUntil", next_at AS "nextAt" FROM email_choice WHERE user_id = ${userId}
        FOR UPDATE`;
    if (!choice || (choice.nextAt && choice.nextAt > now)) return false;
    const since = new Date(Math.max(choice.toldUntil?.getTime() ?? 0, now.getTime() - TOLD_MS));
    const notices = await tx.$queryRaw<NoticeInDigest[]>`
      SELECT n.kind, n.subject_id AS "subjectId", n.subject, n.reason, n.created_at AS "createdAt",
        p.id AS "projectId", p.name AS "projectName"
      FROM membership m JOIN project p ON p.id = m.project_id AND p.deleted_at IS NULL
        JOIN notice n ON n.project_id = p.id
      WHERE m.user_id = ${userId} AND n.created_at > ${since} AND n.created_at > m.created_at
        AND NOT (n.kind = ANY(${choice.off}::text[]))
      ORDER BY n.created_at, n.id`;
    const last = notices.at(-1);
    if (!last) return false;
    const unsubscribe = makeUnsubscribeUrl(ctx, userId);
    const { subject, text } = composeDigestEmail(notices, ctx.env.appUrl);
    const footer = `Choose what you are told: ${ctx.env.appUrl}/account\nNo more of these emails: ${unsubscribe}`;
    await queueEmail(ctx, tx, {
      recipient: email,
      content: { subject, text: `${text}\n\n--\n${footer}`, unsubscribe },
    });
    const nextAt = new Date(now.getTime() + PAUSE_MS);
    await tx.emailChoice.update({ where: { userId }, data: { toldUntil: last.createdAt, nextAt } });
    return true;
  });
}
