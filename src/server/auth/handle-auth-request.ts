import type { BodyBudgets } from "../body-budgets";
import type { ServiceContext } from "../context";
import { toErrorRefusal } from "../errors";
import { withRequestBody } from "../request-body";
import { findRefusalOfForeignPost } from "../request-checks";
import { CLIENT_IP_HEADER, type BetterAuthInstance } from "./auth";
import type { KnownBrowserCookie } from "./known-browser-cookie";
import { OIDC_CALLBACK_PATH, OIDC_START_PATH } from "./oidc";
import type { OidcSignIn } from "./oidc-sign-in";
import {
  finishOidcSignIn,
  SIGN_IN_ROUTE,
  SIGN_OUT_ROUTE,
  signInWithPassword,
  signOut,
  startOidcSignIn,
} from "./sign-in";

const BODY_BYTES_MAX = 16 * 1024;
const BODY_WITHIN_MS = 20_000;

export type AuthRequestDependencies = {
  base: ServiceContext;
  auth: BetterAuthInstance;
  /** Answers the requests of a sign-in at the provider; null without a provider. */
  oidcSignIn: OidcSignIn | null;
  knownBrowsers: KnownBrowserCookie;
  bodies: Pick<BodyBudgets, "anonymous">;
  sleep?: (ms: number) => Promise<unknown>;
};

/** The methods and paths of the sign-in library that a request can reach in every installation. */
const reachable = new Set([`POST ${SIGN_IN_ROUTE}`, `POST ${SIGN_OUT_ROUTE}`, "GET /api/auth/get-session"]);
/** The further methods and paths that a request can reach if the environment names a single sign-on provider. */
const reachableWithOidc = new Set([`POST ${OIDC_START_PATH}`, `GET ${OIDC_CALLBACK_PATH}`]);

/** Answers a request to /api/auth/…. */
export async function handleAuthRequest(deps: AuthRequestDependencies, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const { base, oidcSignIn } = deps;
  const call = `${request.method} ${pathname}`;
  const isReachable = reachable.has(call) || (oidcSignIn !== null && reachableWithOidc.has(call));
  if (!isReachable) return refuse(404, { code: "NOT_FOUND", message: "There is nothing here." });
  const address = request.headers.get(CLIENT_IP_HEADER) ?? "";
  if (oidcSignIn && pathname === OIDC_CALLBACK_PATH)
    return finishOidcSignIn({ base, answer: oidcSignIn }, request, address);
  if (request.method === "GET") return deps.auth.handler(request);
  const refusal = findRefusalOfForeignPost(request, base.env.appUrl);
  if (refusal) return refuse(refusal.status, { code: "REFUSED", message: refusal.message });
  const options = {
    budget: deps.bodies.anonymous,
    owners: [{ name: `address:${address}`, label: "This address", share: 1 / 4 }],
    bytesMax: BODY_BYTES_MAX,
    withinMs: BODY_WITHIN_MS,
  };
  try {
    return await withRequestBody(request, options, (body) => {
      const whole = new Request(request.url, {
        method: "POST",
        headers: request.headers,
        body: body.byteLength > 0 ? body : null,
      });
      if (oidcSignIn && pathname === OIDC_START_PATH) return startOidcSignIn(oidcSignIn, whole, body);
      return pathname === SIGN_IN_ROUTE ? signInWithPassword(deps, whole, { body, address }) : signOut(deps, whole);
    });
  } catch (error) {
    const refused = toErrorRefusal(error);
    if (!refused) throw error;
    return refuse(refused.status, { code: "REFUSED", message: refused.message, headers: refused.headers });
  }
}

const refuse = (
  status: number,
  { code, message, headers = {} }: { code: string; message: string; headers?: Record<string, string> },
): Response => Response.json({ code, message }, { status, headers: { "cache-control": "no-store", ...headers } });
