import type { NoticeKind } from "@/domain/notice";
import type { ServiceContext } from "@/server/context";
import { type EmailChoices, getEmailChoices } from "./get-email-choices";

/** Stores whether a person wants one kind of notice by email. */
export async function setEmailChoice(
  ctx: ServiceContext,
  { userId, kind, isOn }: { userId: string; kind: NoticeKind; isOn: boolean },
): Promise<EmailChoices> {
  const off = isOn ? [] : [kind];
  // One statement, so that choices of two kinds at once both count.
  await ctx.db.$executeRaw`
    INSERT INTO email_choice (user_id, off) VALUES (${userId}, ${off}::text[])
    ON CONFLICT (user_id) DO UPDATE SET off = array_remove(email_choice.off, ${kind}) || ${off}::text[]`;
  return getEmailChoices(ctx, { userId });
}
