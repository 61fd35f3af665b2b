import { z } from "zod";
import { NoticeKind } from "@/domain/notice";
import { Password, PASSWORD_LENGTH_BOUNDS } from "@/domain/people";
import { getEmailChoices } from "@/server/services/email/get-email-choices";
import { setEmailChoice } from "@/server/services/email/set-email-choice";
import { changePassword } from "@/server/services/account/change-password";
import { getOwnAccount } from "@/server/services/account/get-own-account";
import { authedProcedure, router } from "../init";

export const accountRouter = router({
  emailChoices: authedProcedure.query(({ ctx }) => getEmailChoices(ctx.base, { userId: ctx.user.id })),
  setEmailChoice: authedProcedure
    .input(z.object({ kind: NoticeKind, isOn: z.boolean() }))
    .mutation(({ ctx, input }) => setEmailChoice(ctx.base, { userId: ctx.user.id, ...input })),
  me: authedProcedure.query(({ ctx }) => getOwnAccount(ctx.base, ctx.user)),
  changePassword: authedProcedure
    .input(
      z.object({
        currentPassword: z.string().min(1, "Write your current password.").max(PASSWORD_LENGTH_BOUNDS.max),
        newPassword: Password,
      }),
    )
    .mutation(({ ctx, input }) => changePassword(ctx.base, ctx.user, input)),
});
