import { z } from "zod";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

/**
 * The stored content of an email. `unsubscribe` is the unsubscribe URL of a digest; links that let somebody in have
 * none.
 */
export const EmailContent = z.object({ subject: z.string(), text: z.string(), unsubscribe: z.string().nullable() });
export type EmailContent = z.infer<typeof EmailContent>;

/** Tells whether this installation sends email. */
export const canSendEmail = (ctx: ServiceContext): boolean => ctx.mail !== null;

/**
 * Writes an email in the caller's transaction, so that it exists only if that transaction commits. It is sent within a
 * minute. Without SMTP no email is written.
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
