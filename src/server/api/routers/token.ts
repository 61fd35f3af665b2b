import { z } from "zod";
import { ApiTokenInput } from "@/domain/api-token";
import { PageInput } from "@/server/services/keyset";
import { createPersonalToken } from "@/server/services/tokens/create-personal-token";
import { listPersonalTokens } from "@/server/services/tokens/list-personal-tokens";
import { revokePersonalToken } from "@/server/services/tokens/revoke-personal-token";
import { createProjectToken } from "@/server/services/tokens/create-project-token";
import { listProjectTokens } from "@/server/services/tokens/list-project-tokens";
import { revokeProjectToken } from "@/server/services/tokens/revoke-project-token";
import { signedInProcedure, limitCallsOfPerson, projectProcedure, router } from "../init";

const TokenId = z.object({ id: z.string().min(1).max(100) });

/** Procedures for the API tokens of a project. */
export const tokenRouter = router({
  list: projectProcedure.input(PageInput).query(({ ctx, input }) => listProjectTokens(ctx.project, input)),
  create: projectProcedure
    .use(limitCallsOfPerson("token"))
    .input(ApiTokenInput)
    .mutation(({ ctx, input }) => createProjectToken(ctx.project, ApiTokenInput.parse(input))),
  revoke: projectProcedure.input(TokenId).mutation(({ ctx, input }) => revokeProjectToken(ctx.project, input)),
});

/** Procedures for a person's own API tokens, which are valid in all projects of that person. */
export const personalTokenRouter = router({
  list: signedInProcedure.input(PageInput).query(({ ctx, input }) => listPersonalTokens(ctx.base, ctx.user, input)),
  create: signedInProcedure
    .use(limitCallsOfPerson("token"))
    .input(ApiTokenInput)
    .mutation(({ ctx, input }) => createPersonalToken(ctx.base, ctx.user, input)),
  revoke: signedInProcedure.input(TokenId).mutation(({ ctx, input }) => revokePersonalToken(ctx.base, ctx.user, input)),
});
