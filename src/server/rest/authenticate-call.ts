import type { TokenActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { RateLimiter } from "@/server/rate-limit";
import { authenticateToken } from "@/server/services/tokens/authenticate-token";
import { ProblemError, toProblemError } from "./problem";

/** The rate limit of one API token, over all processes. */
export const TOKEN_RATE = { perSecond: 30, burst: 300 };

/**
 * Finds the API token of a call and counts the call against its rate limit.
 * @throws ProblemError 401 with the header WWW-Authenticate; AppError TOO_MANY_REQUESTS
 */
export async function authenticateCall(
  base: ServiceContext,
  rates: RateLimiter,
  request: Request,
): Promise<TokenActor> {
  const [, text] = /^bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (text === undefined)
    throw new ProblemError(
      "missing_token",
      401,
      "Send an API token: Authorization: Bearer tsa_…. The settings of a project and your account page make tokens.",
      { headers: { "www-authenticate": "Bearer" } },
    );
  const token = await authenticateToken(base, text).catch((error: unknown) => {
    const problem = toProblemError(error);
    if (problem?.status !== 401) throw error;
    throw new ProblemError(problem.code, 401, problem.message, {
      headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    });
  });
  const taken = await rates.take([{ name: `token:${token.id}`, rate: TOKEN_RATE }], 1);
  if (taken.ok) return token;
  throw new AppError(
    "TOO_MANY_REQUESTS",
    `This token may make ${TOKEN_RATE.perSecond} calls a second. Try again in ${taken.retryAfterSeconds} s.`,
    { retryAfterSeconds: taken.retryAfterSeconds },
  );
}
