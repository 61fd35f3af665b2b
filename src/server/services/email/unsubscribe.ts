import { NoticeKind } from "@/domain/notice";
import type { ServiceContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";

const PURPOSE = "unsubscribe:";

/**
 * Makes the URL by which a person ends all their digest emails. Its token is the person's id, encrypted, so that nobody
 * can make one for another person.
 */
export const makeUnsubscribeUrl = (ctx: ServiceContext, userId: string): string =>
  `${ctx.env.appUrl}/unsubscribe/${encodeURIComponent(ctx.cipher.encrypt(PURPOSE + userId))}`;

/**
 * Switches off all notices by email for the person whose id is in an unsubscribe token.
 * @throws AppError NOT_FOUND if the program did not make the token, or if the person is gone
 */
export async function unsubscribeFromDigests(ctx: ServiceContext, token: string): Promise<void> {
  const userId = personOf(ctx, token);
  const person = userId && (await ctx.db.user.findUnique({ where: { id: userId }, select: { id: true } }));
  if (!userId || !person) throw makeNotFoundError("subscription");
  const off = [...NoticeKind.options];
  await ctx.db.emailChoice.upsert({ where: { userId }, create: { userId, off }, update: { off } });
}

function personOf(ctx: ServiceContext, token: string): string | null {
  try {
    const text = ctx.cipher.decrypt(token);
    return text.startsWith(PURPOSE) ? text.slice(PURPOSE.length) : null;
  } catch {
    return null;
  }
}
