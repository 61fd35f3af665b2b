import { NoticeKind } from "@/domain/notice";
import type { ServiceContext } from "@/server/context";
import { canSendEmail } from "./queue-email";

/**
 * For each kind of notice, whether a person wants it by email. `isSent` is false if this installation cannot send
 * email.
 */
export type EmailChoices = { isSent: boolean; kinds: Record<NoticeKind, boolean> };

export async function getEmailChoices(ctx: ServiceContext, { userId }: { userId: string }): Promise<EmailChoices> {
  const choice = await ctx.db.emailChoice.findUnique({ where: { userId }, select: { off: true } });
  const kinds = Object.fromEntries(NoticeKind.options.map((kind) => [kind, !choice?.off.includes(kind)]));
  return { isSent: canSendEmail(ctx), kinds: kinds as EmailChoices["kinds"] };
}
