import type { ServiceContext } from "@/server/context";
import type { Mailer } from "@/server/mail";
import { retryWhileDatabaseIsAway } from "../retry-while-database-is-away";
import { EmailContent } from "./queue-email";

/** One call sends at most this many emails. */
const SENT_MAX = 50;
/** After this time, one call begins no further email, ms. The next call comes within a minute. */
const CALL_MS_MAX = 50_000;
/** While an email is being sent, no other run takes it for this time, ms. */
const LEASE_MS = 120_000;
/** The minutes from each failed try to the next one. If the last try fails, the email gets the status `failed`. */
const RETRY_MINUTES = [1, 5, 30, 120, 360] as const;
const MESSAGE_MAX = 300;

type Due = { id: string; recipient: string; ciphertext: string; attempts: number };

/**
 * Sends up to 50 queued emails that are due, one after the other, for up to 50 s. While the mail server is away, the
 * emails wait and lose no try. Returns how many emails it tried to send.
 */
export async function sendEmails(ctx: ServiceContext): Promise<number> {
  if (!ctx.mail || !(await isAnyEmailDue(ctx)) || !(await isServerThere(ctx, ctx.mail))) return 0;
  const until = ctx.now().getTime() + CALL_MS_MAX;
  for (let tried = 0; tried < SENT_MAX; tried++) {
    const email = ctx.now().getTime() < until ? await claimEmail(ctx) : undefined;
    if (!email) return tried;
    await sendOne(ctx, email);
  }
  return SENT_MAX;
}

const isAnyEmailDue = async (ctx: ServiceContext): Promise<boolean> =>
  (await ctx.db.email.count({ where: { status: "waiting", dueAt: { lte: ctx.now() } }, take: 1 })) > 0;

async function isServerThere(ctx: ServiceContext, mail: Mailer): Promise<boolean> {
  try {
    await mail.check();
    return true;
  } catch (error) {
    ctx.log.warn({ err: messageOf(error) }, "the mail server takes no email, and emails wait");
    return false;
  }
}

/** Claims the email that is due for the longest time. A lease for all at once could end before the last is sent. */
async function claimEmail(ctx: ServiceContext): Promise<Due | undefined> {
  const now = ctx.now();
  const [email] = await ctx.db.$queryRaw<Due[]>`
    WITH due AS (
      SELECT id FROM email WHERE status = 'waiting' AND due_at <= ${now} ORDER BY due_at LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    UPDATE email AS e SET due_at = ${new Date(now.getTime() + LEASE_MS)}, attempts = e.attempts + 1
    FROM due WHERE e.id = due.id RETURNING e.id, e.recipient, e.ciphertext, e.attempts`;
  return email;
}

/** Sends one email. It never throws, because one faulty email must not hold up all others. */
async function sendOne(ctx: ServiceContext, { id, recipient, ciphertext, attempts }: Due): Promise<void> {
  let failure: string | null = null;
  try {
    const { subject, text, unsubscribe } = EmailContent.parse(JSON.parse(ctx.cipher.decrypt(ciphertext)));
    await ctx.mail!.send({ to: recipient, subject, text, unsubscribe });
  } catch (error) {
    failure = messageOf(error);
    ctx.log.warn({ emailId: id, attempts, err: failure }, "an email could not be sent");
  }
  const retryMinutes = RETRY_MINUTES[attempts - 1];
  const isOver = failure === null || retryMinutes === undefined;
  const next = isOver
    ? { status: failure === null ? "sent" : "failed", ciphertext: "", message: failure }
    : { dueAt: new Date(ctx.now().getTime() + retryMinutes * 60_000), message: failure };
  // Without the record, the same email would leave again after its lease.
  await retryWhileDatabaseIsAway(ctx, () => ctx.db.email.updateMany({ where: { id, status: "waiting" }, data: next }));
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : "It could not be sent.").slice(0, MESSAGE_MAX);
