import { randomUUID } from "node:crypto";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware } from "better-auth/api";
import type { Env } from "@/env";
import { PASSWORD_LENGTH } from "@/domain/people";
import type { Database } from "../db/client";
import { AppError } from "../errors";
import { newId } from "../ids";
import { ownOrigins } from "../request-checks";
import type { SignedInUser } from "../services/access";
import { clearLimit, passwordLimit, takeFromLimit } from "../services/limits";

/** Set by the server from the connection itself, never taken from a sender. */
export const CLIENT_IP_HEADER = "x-client-ip";

const SESSION_SECONDS = 30 * 24 * 60 * 60;
const EMAIL_WINDOW_SECONDS = 15 * 60;
const SIGN_IN = "/sign-in/email";

/**
 * Sign-in with email and password; sessions, hashes and limits are in the database.
 * Nobody signs up: accounts come from invitations, the first start and commands.
 * @param secret signs the session cookies
 */
export function createAuth({ db, env, secret }: { db: Database; env: Env; secret: string }) {
  const limits = { db, now: () => new Date() };
  return betterAuth({
    appName: "Trigger System",
    baseURL: env.appUrl,
    basePath: "/api/auth",
    secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: prismaAdapter(db, { provider: "postgresql" }),
    trustedOrigins: (request) => [
      ...ownOrigins(request, env.appUrl),
      `http://localhost:${env.port}`,
      `http://127.0.0.1:${env.port}`,
    ],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    session: { expiresIn: SESSION_SECONDS },
    rateLimit: {
      enabled: true,
      storage: "database",
      modelName: "rateLimit",
      // The longest window in use: rows of the table that are older than it are deleted, those of our own limits too.
      window: EMAIL_WINDOW_SECONDS,
      max: 10_000,
      customRules: { [SIGN_IN]: { window: 60, max: 10 } },
    },
    advanced: {
      cookiePrefix: "trigger-system",
      useSecureCookies: env.appUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      database: { generateId: ({ model }) => (model === "user" ? newId("usr") : randomUUID()) },
    },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        const email = signInEmailOf(ctx);
        if (email !== null) await takeFromLimit(limits, passwordLimit(email)).catch(refuse);
      }),
      after: createAuthMiddleware(async (ctx) => {
        const email = signInEmailOf(ctx);
        if (email !== null && ctx.context.newSession) await clearLimit(limits, passwordLimit(email).key);
      }),
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;

function signInEmailOf(ctx: { path?: string; body?: unknown }): string | null {
  if (ctx.path !== SIGN_IN) return null;
  const { email } = (ctx.body ?? {}) as { email?: unknown };
  return typeof email === "string" ? email.slice(0, 254) : null;
}

function refuse(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  throw new APIError(
    "TOO_MANY_REQUESTS",
    { code: "TOO_MANY_REQUESTS", message: error.message },
    { "retry-after": String(error.retryAfterSeconds ?? 60) },
  );
}

/** Who is signed in by the session cookie of these headers, if anybody. */
export async function getSessionUser(auth: Auth, headers: Headers): Promise<SignedInUser | null> {
  const session = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  if (!session) return null;
  const { id, name, email } = session.user;
  return { id, name, email, sessionId: session.session.id };
}
