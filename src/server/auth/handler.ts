import type { BodyBudgets } from "../body-budgets";
import type { ServiceContext } from "../context";
import { answerOfError } from "../errors";
import { withBody } from "../request-body";
import { refusalOfPost } from "../request-checks";
import { CLIENT_IP_HEADER, type Auth } from "./auth";
import type { KnownBrowsers } from "./known-browser";
import { OIDC_CALLBACK, OIDC_START } from "./oidc";
import { finishOidc, SIGN_IN_ROUTE, SIGN_OUT_ROUTE, signIn, signOut, startOidc } from "./sign-in";

const BODY_BYTES_MAX = 16 * 1024;
const BODY_WITHIN_MS = 20_000;

export type AuthDeps = {
  base: ServiceContext;
  auth: Auth;
  knownBrowsers: KnownBrowsers;
  bodies: Pick<BodyBudgets, "anonymous">;
  sleep?: (ms: number) => Promise<unknown>;
};

/** The paths of the sign-in library that browsers need. Its other paths cannot be reached. */
const reachable = new Set([`POST ${SIGN_IN_ROUTE}`, `POST ${SIGN_OUT_ROUTE}`, "GET /api/auth/get-session"]);
/** The paths of single sign-on, if the environment names a provider. */
const reachableWithOidc = new Set([`POST ${OIDC_START}`, `GET ${OIDC_CALLBACK}`]);

/** Answers a request to /api/auth/…. */
export async function handleAuth(deps: AuthDeps, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const call = `${request.method} ${pathname}`;
  const isReachable = reachable.has(call) || (deps.base.env.oidc !== undefined && reachableWithOidc.has(call));
  if (!isReachable) return refuse(404, { code: "NOT_FOUND", message: "There is nothing here." });
  const address = request.headers.get(CLIENT_IP_HEADER) ?? "";
  if (pathname === OIDC_CALLBACK) return finishOidc(deps, request, address);
  if (request.method === "GET") return deps.auth.handler(request);
  const refusal = refusalOfPost(request, deps.base.env.appUrl);
  if (refusal) return refuse(refusal.status, { code: "REFUSED", message: refusal.message });
  const options = {
    budget: deps.bodies.anonymous,
    owners: [{ name: `address:${address}`, label: "This address", share: 1 / 4 }],
    bytesMax: BODY_BYTES_MAX,
    withinMs: BODY_WITHIN_MS,
  };
  try {
    return await withBody(request, options, (body) => {
      const whole = new Request(request.url, {
        method: "POST",
        headers: request.headers,
        body: body.byteLength > 0 ? body : null,
      });
      if (pathname === OIDC_START) return startOidc(deps, whole, body);
      return pathname === SIGN_IN_ROUTE ? signIn(deps, whole, { body, address }) : signOut(deps, whole);
    });
  } catch (error) {
    const refused = answerOfError(error);
    if (!refused) throw error;
    return refuse(refused.status, { code: "REFUSED", message: refused.message, headers: refused.headers });
  }
}

const refuse = (
  status: number,
  { code, message, headers = {} }: { code: string; message: string; headers?: Record<string, string> },
): Response => Response.json({ code, message }, { status, headers: { "cache-control": "no-store", ...headers } });
