import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { parseUrl } from "@/domain/parse-url";
import type { Env } from "@/env";
import { ANSWER_CONTENT_SECURITY_POLICY, STRICT_TRANSPORT_SECURITY } from "@/server/security-headers";
import { writeClientIpHeaders, makeIsTrustedProxy } from "./client-ip";
import { findRouteHandlerPath } from "./route-handler-paths";

type Refusal = { status: 400 | 405 | 413 | 421; message: string };

/**
 * The longest body, in bytes, on a path whose handler does not limit bodies itself. Next would keep 10 MB of each, for
 * anybody.
 */
const PAGE_BODY_MAX = 16_384;
/** Matches URL paths that different parts of a server may read differently, such as encoded slashes. */
const AMBIGUOUS = /\.\.|%2e|%2f|%5c|\\|\/\//i;

/**
 * Checks every request before Next gets it: its form, and the host name in it. It also records the client's address,
 * and sets security headers on every answer.
 */
export function withEntranceChecks(
  env: Pick<Env, "appUrl" | "trustedProxies">,
  handle: RequestListener,
): RequestListener {
  const app = new URL(env.appUrl);
  const isTrusted = makeIsTrustedProxy(env.trustedProxies);
  const isSecure = app.protocol === "https:";
  return (request, response) => {
    // The Content-Security-Policy of all answers. Pages replace it in src/proxy.ts.
    response.setHeader("content-security-policy", ANSWER_CONTENT_SECURITY_POLICY);
    if (isSecure) response.setHeader("strict-transport-security", STRICT_TRANSPORT_SECURITY);
    const refusal = refusalOfForm(request) ?? refusalOfHost(request, app) ?? refusalOfBody(request);
    if (refusal) return refuse(response, refusal);
    writeClientIpHeaders(request, isTrusted);
    handle(request, response);
  };
}

/**
 * Refuses requests that a proxy and this server might read differently: CONNECT, a whole URL, or not one Host header.
 * It also refuses TRACE, whose answer would show cookies as text, and paths with a wrong percent encoding.
 */
function refusalOfForm({ method, url = "", rawHeaders }: IncomingMessage): Refusal | null {
  if (method === "TRACE" || method === "CONNECT") return { status: 405, message: `${method} is not allowed here.` };
  if (!url.startsWith("/"))
    return { status: 400, message: "The request's target must be a path, not a whole address." };
  if (!isDecodable(url.split("?")[0]!))
    return { status: 400, message: "The address ends within a character, or has a % that encodes nothing." };
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  return hosts.length === 1 ? null : { status: 400, message: "The request must have one Host header." };
}

/** Tells whether the percent encoding of a path is right. Next answers 500 to a wrong one. */
function isDecodable(path: string): boolean {
  try {
    return !path.includes("%") || decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

/**
 * Refuses a body on the path of a page if it is large or has no length. The only such path that needs a body is the one
 * that unsubscribes from emails.
 */
function refusalOfBody({ url = "", headers }: IncomingMessage): Refusal | null {
  // Most requests are short, so their path needs no second look.
  if (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) <= PAGE_BODY_MAX)
    return null;
  // The URL parser resolves dots in the path, as Next does.
  if (findRouteHandlerPath(parseUrl(`http://page${url}`)?.pathname ?? "")?.limitsBodies) return null;
  return { status: 413, message: `A page takes a body of at most ${PAGE_BODY_MAX} bytes.` };
}

/**
 * Refuses requests for a foreign host name. A hostile site can point its own name at this machine ("DNS rebinding"),
 * and its page could then read pages of this program. So sessions work only under the host name of APP_URL. If APP_URL
 * names this machine, loopback names and the dialled address work too, because no site can own them.
 */
function refusalOfHost(request: IncomingMessage, app: URL): Refusal | null {
  const path = (request.url ?? "").split("?")[0]!;
  if (!AMBIGUOUS.test(path) && findRouteHandlerPath(path)?.isForAnyHost) return null;
  const host = (request.headers.host ?? "").toLowerCase();
  if (withPort(host, app) === withPort(app.host, app)) return null;
  if (isLoopback(app.hostname) && localNames(request, app).includes(withPort(host, app))) return null;
  return {
    status: 421,
    message:
      `This server is reached at ${app.origin}, and this request was sent to "${host.slice(0, 100)}". ` +
      "Use that address, or set APP_URL to the one that people use.",
  };
}

function localNames(request: IncomingMessage, app: URL): string[] {
  const dialled = request.socket.localAddress?.replace(/^::ffff:/, "") ?? "";
  const names = ["localhost", "127.0.0.1", "[::1]", dialled.includes(":") ? `[${dialled}]` : dialled];
  return names.map((name) => `${name}:${portOf(app)}`);
}

const isLoopback = (name: string): boolean => name === "localhost" || name === "[::1]" || /^127\.[\d.]+$/.test(name);
const schemePort = ({ protocol }: URL): string => (protocol === "https:" ? "443" : "80");
const portOf = (app: URL): string => app.port || schemePort(app);
/** Adds the default port of the scheme, which browsers leave out. */
const withPort = (host: string, app: URL): string => (/:\d+$/.test(host) ? host : `${host}:${schemePort(app)}`);

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "GET, HEAD, POST, PUT, OPTIONS" } : {}),
  });
  response.end(`${message}\n`);
}
