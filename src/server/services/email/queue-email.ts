import { z } from "zod";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

/**
 * The content of a queued email. `unsubscribe` is the URL that ends digests; null for invitations and password resets.
 */
export const EmailContent = z.object({ subject: z.string(), text: z.string(), unsubscribe: z.string().nullable() });
export type EmailContent = z.infer<typeof EmailContent>;

/** Tells whether this installation can send email, because SMTP is configured. */
export const canSendEmail = (ctx: ServiceContext): boolean => ctx.mail !== null;

/**
 * Queues an email in the caller's transaction. A background function first tries to send it within a minute after the
 * commit. Without SMTP, nothing is queued.
 */
export async function queueEmail(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  { recipient, content }: { recipient: string; content: EmailContent },
): Promise<void> {
  if (!canSendEmail(ctx)) return;
  const now = ctx.now();
  await tx.email.create({
    data: {
      id: newId("eml"),
      recipient,
      ciphertext: ctx.cipher.encrypt(JSON.stringify(content)),
      dueAt: now,
      createdAt: now,
    },
    select: { id: true },
  });
}
