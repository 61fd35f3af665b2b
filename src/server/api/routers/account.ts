import { z } from "zod";
import { NoticeKind } from "@/domain/notice";
import { Password, PASSWORD_LENGTH_BOUNDS } from "@/domain/people";
import { getEmailChoices } from "@/server/services/email/get-email-choices";
import { setEmailChoice } from "@/server/services/email/set-email-choice";
import { changePassword } from "@/server/services/account/change-password";
import { getOwnAccount } from "@/server/services/account/get-own-account";
import { signedInProcedure, router } from "../init";

export const accountRouter = router({
  emailChoices: signedInProcedure.query(({ ctx }) => getEmailChoices(ctx.base, { userId: ctx.user.id })),
  setEmailChoice: signedInProcedure
    .input(z.object({ kind: NoticeKind, isOn: z.boolean() }))
    .mutation(({ ctx, input }) => setEmailChoice(ctx.base, { userId: ctx.user.id, ...input })),
  me: signedInProcedure.query(({ ctx }) => getOwnAccount(ctx.base, ctx.user)),
  changePassword: signedInProcedure
    .input(
      z.object({
        currentPassword: z.string().min(1, "Write your current password.").max(PASSWORD_LENGTH_BOUNDS.max),
        newPassword: Password,
      }),
    )
    .mutation(({ ctx, input }) => changePassword(ctx.base, ctx.user, input)),
});
