import { z } from "zod";
import { Role } from "@/domain/access";
import { DisplayName } from "@/domain/display-name";
import { Email, Password } from "@/domain/people";
import { CLIENT_IP_HEADER } from "@/server/auth/auth";
import { createInvitation } from "@/server/services/access-links/create-invitation";
import { inspectAccessLink } from "@/server/services/access-links/inspect-access-link";
import { listOpenInvitations } from "@/server/services/access-links/list-open-invitations";
import { revokeInvitation } from "@/server/services/access-links/revoke-invitation";
import { acceptInvitation } from "@/server/services/access-links/accept-invitation";
import { createPasswordResetLink } from "@/server/services/access-links/create-password-reset-link";
import { resetPassword } from "@/server/services/access-links/reset-password";
import { PAGE_SIZE_MAX, PageInput } from "@/server/services/keyset";
import { limitCallsOfPerson, projectProcedure, publicProcedure, router } from "../init";

const Token = z.object({ token: z.string().min(1).max(200) });

export const accessLinkRouter = router({
  invite: projectProcedure
    .use(limitCallsOfPerson("invitation"))
    .input(z.object({ email: Email, role: Role }))
    .mutation(({ ctx, input }) => createInvitation(ctx.project, input)),
  /**
   * Lists the newest 200 open invitations. Programs outside of this repository expect a plain list; `pageInvitations`
   * returns all in pages.
   */
  listInvitations: projectProcedure.query(
    async ({ ctx }) => (await listOpenInvitations(ctx.project, { limit: PAGE_SIZE_MAX })).items,
  ),
  pageInvitations: projectProcedure.input(PageInput).query(({ ctx, input }) => listOpenInvitations(ctx.project, input)),
  revokeInvitation: projectProcedure
    .input(z.object({ id: z.string().max(100) }))
    .mutation(({ ctx, input }) => revokeInvitation(ctx.project, input)),
  createPasswordReset: projectProcedure
    .use(limitCallsOfPerson("passwordLink"))
    .input(z.object({ userId: z.string().max(100) }))
    .mutation(({ ctx, input }) => createPasswordResetLink(ctx.project, input)),
  inspect: publicProcedure.input(Token).query(({ ctx, input }) => inspectAccessLink(ctx.base, input)),
  accept: publicProcedure
    .input(Token.extend({ name: DisplayName.optional(), password: Password.optional() }))
    .mutation(({ ctx, input }) =>
      acceptInvitation(ctx.base, ctx.user, { ...input, address: ctx.headers.get(CLIENT_IP_HEADER) ?? "" }),
    ),
  resetPassword: publicProcedure
    .input(Token.extend({ password: Password }))
    .mutation(({ ctx, input }) => resetPassword(ctx.base, input)),
});
