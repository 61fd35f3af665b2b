import { randomUUID } from "node:crypto";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import type { Env } from "@/env";
import type { OidcEnv } from "@/env/oidc";
import { PASSWORD_LENGTH_BOUNDS } from "@/domain/people";
import type { Database } from "../db/client";
import { newId } from "../ids";
import { listOwnOrigins } from "../request-checks";
import type { SignedInUser } from "../services/access";
import { makeOidcOptions } from "./oidc";
import { withHashedSessionTokens } from "./hashed-session-tokens";

/**
 * The request header with the address of the client. The program finds the address from the connection and from what
 * trusted proxies say (src/cli/serve/client-ip.ts), and replaces a sender's value.
 */
export const CLIENT_IP_HEADER = "x-client-ip";
/**
 * The request header that says whether a proxy forwarded the request: "yes" or "no". The program sets it before Next
 * sees the request, because Next adds its own X-Forwarded-For to every request.
 */
export const CAME_THROUGH_PROXY_HEADER = "x-client-forwarded";

const SESSION_SECONDS = 30 * 24 * 60 * 60;

type AuthInput = { db: Database; env: Env; secret: string; now?: () => Date; oidc?: OidcEnv | undefined };

/**
 * Makes an instance of the sign-in library Better Auth. It knows sign-in with email and password, and with the OpenID
 * Connect provider `oidc` if there is one. The database holds the sessions and the hashes; sign-in.ts limits the
 * attempts with passwords. Accounts come from invitations, the first start, and the first sign-in with the
 * provider. Nobody can sign up with a password of their own.
 * @param secret signs the session cookies
 */
export function createBetterAuth({ db, env, secret, now = () => new Date(), oidc }: AuthInput) {
  return betterAuth({
    ...(oidc ? makeOidcOptions({ db, now }, oidc) : {}),
    onAPIError: { errorURL: `${env.appUrl}/sign-in` },
    appName: "Trigger System",
    baseURL: env.appUrl,
    basePath: "/api/auth",
    secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: withHashedSessionTokens(prismaAdapter(db, { provider: "postgresql" })),
    trustedOrigins: (request) => [
      ...listOwnOrigins(request, env.appUrl),
      `http://localhost:${env.port}`,
      `http://127.0.0.1:${env.port}`,
    ],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_BOUNDS.min,
      maxPasswordLength: PASSWORD_LENGTH_BOUNDS.max,
    },
    session: { expiresIn: SESSION_SECONDS },
    /*
     * The sign-in library's own limit is off: services/password-attempts.ts limits attempts by email and address, over
     * all processes.
     */
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: "trigger-system",
      useSecureCookies: env.appUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      database: { generateId: ({ model }) => (model === "user" ? newId("usr") : randomUUID()) },
    },
  });
}

export type BetterAuthInstance = ReturnType<typeof createBetterAuth>;

/** Returns the user of the session cookie in these headers, or null. */
export async function getSessionUser(auth: BetterAuthInstance, headers: Headers): Promise<SignedInUser | null> {
  const session = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  if (!session) return null;
  const { id, name, email } = session.user;
  return { id, name, email, sessionId: session.session.id };
}
