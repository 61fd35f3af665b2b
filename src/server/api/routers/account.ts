import { z } from "zod";
import { NoticeKind } from "@/domain/notice";
import { Password, PASSWORD_LENGTH } from "@/domain/people";
import { getEmailChoices, setEmailChoice } from "@/server/services/email/email-choices";
import { changePassword, getMe } from "@/server/services/account";
import { authedProcedure, router } from "../init";

export const accountRouter = router({
  emailChoices: authedProcedure.query(({ ctx }) => getEmailChoices(ctx.base, { userId: ctx.user.id })),
  setEmailChoice: authedProcedure
    .input(z.object({ kind: NoticeKind, isOn: z.boolean() }))
    .mutation(({ ctx, input }) => setEmailChoice(ctx.base, { userId: ctx.user.id, ...input })),
  me: authedProcedure.query(({ ctx }) => getMe(ctx.base, ctx.user)),
  changePassword: authedProcedure
    .input(
      z.object({
        currentPassword: z.string().min(1, "Write your current password.").max(PASSWORD_LENGTH.max),
        newPassword: Password,
      }),
    )
    .mutation(({ ctx, input }) => changePassword(ctx.base, ctx.user, input)),
});
