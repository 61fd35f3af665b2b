import { NoticeKind } from "@/domain/notice";
import type { ServiceContext } from "@/server/context";
import { type EmailChoices, getEmailChoices } from "./get-email-choices";

/** Stores whether a person wants one kind of notice by email. */
export async function setEmailChoice(
  ctx: ServiceContext,
  { userId, kind, isOn }: { userId: string; kind: NoticeKind; isOn: boolean },
): Promise<EmailChoices> {
  const { kinds } = await getEmailChoices(ctx, { userId });
  const off = NoticeKind.options.filter((each) => (each === kind ? !isOn : !kinds[each]));
  await ctx.db.emailChoice.upsert({ where: { userId }, create: { userId, off }, update: { off } });
  return getEmailChoices(ctx, { userId });
}
