import { z } from "zod";
import { Password, PASSWORD_LENGTH } from "@/domain/people";
import { changePassword, getMe } from "@/server/services/account";
import { authedProcedure, router } from "../init";

export const accountRouter = router({
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
