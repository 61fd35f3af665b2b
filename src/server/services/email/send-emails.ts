import type { ServiceContext } from "@/server/context";
import { retryWhileDatabaseIsAway } from "../retry-while-database-is-away";
import { EmailContent } from "./queue-email";

/** One call sends at most this many emails. */
const SENT_MAX = 50;
/** While an email is being sent, no other run takes it for this time, ms. */
const LEASE_MS = 120_000;
/** The minutes from each failed try to the next one. If the last try fails, the email gets the status `failed`. */
const RETRY_MINUTES = [1, 5, 30, 120, 360] as const;
const MESSAGE_MAX = 300;

type Due = { id: string; recipient: string; ciphertext: string; attempts: number };

/** Sends up to 50 queued emails that are due, one after the other. Returns how many emails it tried to send. */
export async function sendEmails(ctx: ServiceContext): Promise<number> {
  if (!ctx.mail) return 0;
  for (let tried = 0; tried < SENT_MAX; tried++) {
    const email = await claimEmail(ctx);
    if (!email) return tried;
    await sendOne(ctx, email);
  }
  return SENT_MAX;
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
    failure = (error instanceof Error ? error.message : "It could not be sent.").slice(0, MESSAGE_MAX);
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
