import type { ServiceContext } from "../context";
import { auditAccountChange, auditFailedSignIn } from "../services/account-audit";
import { AppError } from "../errors";
import { maySignInWithPassword } from "../services/may-sign-in-with-password";
import { beginPasswordAttempt, forgetPasswordAttempt, type PasswordAttempt } from "../services/password-attempts";
import { getSessionUser, type BetterAuthInstance } from "./auth";
import type { KnownBrowserCookie } from "./known-browser-cookie";
import { OIDC_PROVIDER, runOidcCallback } from "./oidc";

export const SIGN_IN_ROUTE = "/api/auth/sign-in/email";
export const SIGN_OUT_ROUTE = "/api/auth/sign-out";

type Deps = {
  base: ServiceContext;
  auth: BetterAuthInstance;
  knownBrowsers: KnownBrowserCookie;
  /** Waits for this many ms before a sign-in attempt that is slowed down; tests replace it. */
  sleep?: (ms: number) => Promise<unknown>;
};

/**
 * Signs a person in with email and password. Failed attempts first slow down further ones, and then block them. A
 * successful sign-in gives the browser the cookie of known browsers.
 * @param request a request whose body was already read into `body`
 * @throws AppError TOO_MANY_REQUESTS; FORBIDDEN if single sign-on is required
 */
export async function signInWithPassword(
  { base, auth, knownBrowsers, sleep }: Deps,
  request: Request,
  { body, address }: { body: Uint8Array; address: string },
): Promise<Response> {
  const email = emailOf(body);
  // For a body without an email, the library answers with the reason.
  if (email === null) return auth.handler(request);
  if (!(await maySignInWithPassword(base, email)))
    throw new AppError("FORBIDDEN", `This installation signs in with ${base.env.oidc?.name}, and not with passwords.`);
  const attempt: PasswordAttempt = { email, address, browser: knownBrowsers.read(request.headers, email) };
  await beginPasswordAttempt(base, attempt, sleep);
  const response = await auth.handler(request);
  if (response.status === 401) {
    await auditFailedSignIn(base, { email, address });
    return response;
  }
  await forgetPasswordAttempt(base, attempt, { wasRight: response.ok });
  if (!response.ok) return response;
  response.headers.append("set-cookie", knownBrowsers.write(email));
  const user = await base.db.user.findUnique({
    where: { email: email.toLowerCase() },
    select: { id: true, email: true },
  });
  if (user)
    await auditAccountChange(base, base.db, { user, action: "account.signIn", summary: `Signed in from ${address}.` });
  return response;
}

/**
 * Begins a sign-in at the provider. The answer holds the URL to which the browser goes. After the sign-in the browser
 * may only return to a path of this program.
 */
export async function startOidcSignIn({ auth }: Deps, request: Request, body: Uint8Array): Promise<Response> {
  const { callbackURL } = jsonOf(body);
  const path = typeof callbackURL === "string" && /^\/(?![/\\])/.test(callbackURL) ? callbackURL : "/";
  const sent = { provider: OIDC_PROVIDER, callbackURL: path, errorCallbackURL: "/sign-in", disableRedirect: true };
  return auth.handler(new Request(request, { body: JSON.stringify(sent) }));
}

/** Ends a sign-in at the provider. If it succeeds, the person gets a session, and the audit log gets an entry. */
export async function finishOidcSignIn({ base, auth }: Deps, request: Request, address: string): Promise<Response> {
  const { response, userId } = await runOidcCallback(() => auth.handler(request));
  const user = userId && (await base.db.user.findUnique({ where: { id: userId }, select: { id: true, email: true } }));
  if (user)
    await auditAccountChange(base, base.db, {
      user,
      action: "account.signIn",
      summary: `Signed in with ${base.env.oidc?.name} from ${address}.`,
    });
  return response;
}

/** Ends the session of the request's cookie. */
export async function signOut({ base, auth }: Deps, request: Request): Promise<Response> {
  const user = await getSessionUser(auth, request.headers);
  const response = await auth.handler(request);
  if (user && response.ok)
    await auditAccountChange(base, base.db, { user, action: "account.signOut", summary: "Signed out." });
  return response;
}

function emailOf(body: Uint8Array): string | null {
  const { email } = jsonOf(body);
  return typeof email === "string" ? email.slice(0, 254) : null;
}

/** Parses a body as a JSON object. Returns an empty object for anything else. */
function jsonOf(body: Uint8Array): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
