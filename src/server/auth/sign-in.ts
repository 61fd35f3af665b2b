import type { ServiceContext } from "../context";
import { auditAccountChange, auditFailedSignIn } from "../services/account-audit";
import { AppError } from "../errors";
import { maySignInWithPassword } from "../services/may-sign-in-with-password";
import { beginPasswordAttempt, forgetPasswordAttempt, type PasswordAttempt } from "../services/password-attempts";
import { getSessionUser, type BetterAuthInstance } from "./auth";
import type { KnownBrowserCookie } from "./known-browser-cookie";
import { OIDC_PROVIDER, runOidcCallback } from "./oidc";
import type { OidcSignIn } from "./oidc-sign-in";

export const SIGN_IN_ROUTE = "/api/auth/sign-in/email";
export const SIGN_OUT_ROUTE = "/api/auth/sign-out";

/** Longer emails are cut before they are counted. No account has one. */
const EMAIL_LENGTH_MAX = 254;

/** The most characters of the encoded path to which a sign-in at the provider leads. */
const NEXT_LENGTH_MAX = 1_200;

type Deps = {
  base: ServiceContext;
  auth: BetterAuthInstance;
  knownBrowsers: KnownBrowserCookie;
  /** Waits for this many ms before a sign-in attempt that is slowed down; tests replace it. */
  sleep?: (ms: number) => Promise<unknown>;
};

/**
 * Signs a person in with email and password. Failed attempts first slow down further ones, and then block them. A
 * successful sign-in gives the browser the cookie of known browsers. The sign-in library gets the email and the
 * password as this function parsed them: if it parsed the body itself, it could find an email that no limit counts.
 * @param request a request whose body was already read into `body`
 * @throws AppError TOO_MANY_REQUESTS; FORBIDDEN if single sign-on is required
 */
export async function signInWithPassword(
  { base, auth, knownBrowsers, sleep }: Deps,
  request: Request,
  { body, address }: { body: Uint8Array; address: string },
): Promise<Response> {
  const { email: given, password } = jsonOf(body);
  const parsed = new Request(request, { body: JSON.stringify({ email: given, password }) });
  // For a body without an email, the library answers with the reason.
  if (typeof given !== "string") return auth.handler(parsed);
  const email = given.slice(0, EMAIL_LENGTH_MAX);
  if (!(await maySignInWithPassword(base, email)))
    throw new AppError("FORBIDDEN", `This installation signs in with ${base.env.oidc?.name}, and not with passwords.`);
  const attempt: PasswordAttempt = { email, address, browser: knownBrowsers.read(request.headers, email) };
  await beginPasswordAttempt(base, attempt, sleep);
  const response = await auth.handler(parsed);
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
 * returns to the sign-in page, which leads to `callbackURL` if that is a path of this program. The library itself would
 * refuse a path with an encoded slash, as in the id of a subject.
 */
export async function startOidcSignIn(answer: OidcSignIn, request: Request, body: Uint8Array): Promise<Response> {
  const { callbackURL } = jsonOf(body);
  const target = typeof callbackURL === "string" ? callbackURL : "/";
  // Browsers keep no cookie above 4 KB, and the library's cookie holds the path in twice as many characters.
  const next = [target, target.split(/[?#]/)[0]!, "/"]
    .map((path) => new URLSearchParams({ next: path }).toString())
    .find(({ length }) => length <= NEXT_LENGTH_MAX)!;
  const sent = {
    provider: OIDC_PROVIDER,
    callbackURL: `/sign-in?${next}`,
    errorCallbackURL: "/sign-in",
    disableRedirect: true,
  };
  return answer(new Request(request, { body: JSON.stringify(sent) }));
}

/**
 * Ends a sign-in at the provider. If it succeeds, the person gets a session, and the audit log gets an entry. If the
 * provider does not answer, the sign-in page says so.
 */
export async function finishOidcSignIn(
  { base, answer }: { base: ServiceContext; answer: OidcSignIn },
  request: Request,
  address: string,
): Promise<Response> {
  const ended = await runOidcCallback(() => answer(request)).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "UNAVAILABLE") throw error;
    return null;
  });
  if (!ended) return Response.redirect(`${base.env.appUrl}/sign-in?error=provider_silent`, 302);
  const { response, userId } = ended;
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

/** Parses a body as a JSON object or list. Returns an empty object for any other body. */
function jsonOf(body: Uint8Array): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
