import { stringifyJson } from "@/domain/json/long-number";
import type { TokenActor } from "@/domain/actor";
import type { Env } from "@/env";
import type { BodyBudgets } from "@/server/body-budgets";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { RateLimiter } from "@/server/rate-limit";
import { readContentEncoding } from "@/server/content-encoding";
import { withRequestBody } from "@/server/request-body";
import { runRequestOnce, type StoredApiAnswer } from "@/server/services/api-requests/run-request-once";
import { authenticateCall } from "./authenticate-call";
import type { RestCall, RestEndpoint } from "./endpoint";
import { restEndpoints } from "./endpoints";
import { findRestEndpoint } from "./find-rest-endpoint";
import { openProjectForToken } from "./open-project-for-token";
import {
  logFailedCall,
  ProblemError,
  makeProblemResponse,
  readOrMakeRequestId,
  toProblemError,
  makeUnforeseenProblem,
} from "./problem";
import { writeEtagOfVersion, readRequestBody, readIfMatch, readRequestQuery } from "./read-request";

const API_PATH = "/api/v1";
export const REST_BODY_BYTES_MAX = 1024 * 1024;
const BODY_WITHIN_MS = 20_000;

export type RestDependencies = {
  base: ServiceContext;
  env: Pick<Env, "appUrl">;
  rates: RateLimiter;
  bodies: Pick<BodyBudgets, "calls">;
  /** The endpoints to serve; tests add their own. */
  table?: readonly RestEndpoint[];
};

/**
 * Answers a call of the REST API at /api/v1/…. Every answer has a request id. Every error has the form "problem
 * details" (RFC 9457).
 */
export async function handleRestRequest(deps: RestDependencies, request: Request): Promise<Response> {
  const requestId = readOrMakeRequestId(request);
  const response = await answer(deps, request).catch((error: unknown) => {
    logFailedCall(deps.base.log, { what: "an API call", error, requestId });
    return makeProblemResponse(toProblemError(error) ?? makeUnforeseenProblem(requestId), {
      appUrl: deps.env.appUrl,
      requestId,
    });
  });
  response.headers.set("x-request-id", requestId);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  return response;
}

async function answer(deps: RestDependencies, request: Request): Promise<Response> {
  const { base, rates } = deps;
  const url = new URL(request.url);
  const path = url.pathname.slice(API_PATH.length);
  const matched = findRestEndpoint(deps.table ?? restEndpoints, request.method, path);
  if ("methods" in matched) throw noEndpointProblem(request.method, matched.methods);
  const { endpoint, params } = matched;
  const token = await authenticateCall(base, rates, request);
  const actorBase = { ...base, actor: token };
  const project =
    endpoint.permission === null
      ? null
      : await openProjectForToken(actorBase, token, {
          permission: endpoint.permission,
          projectId: params.projectId ?? "",
        });
  const query = readRequestQuery(endpoint, url.searchParams);
  const ifMatch = readIfMatch(endpoint, request.headers);
  const call = { base: actorBase, token, params, query, ifMatch, signal: request.signal };
  return withCheckedBody(deps, request, {
    endpoint,
    token,
    use: async (bytes) => {
      const run = (db: ServiceContext["db"]) =>
        runEndpoint(project && { ...project, db }, endpoint, {
          ...call,
          base: { ...call.base, db },
          body: readRequestBody(endpoint, bytes),
        });
      const key = request.headers.get("idempotency-key");
      const isOnce = key !== null && endpoint.method === "POST";
      const made = isOnce
        ? await runRequestOnce(
            actorBase,
            { tokenId: token.id, key: readKey(key), request: requestTextOf(request, url, bytes) },
            run,
          )
        : { ...(await run(base.db)), isRepeat: false };
      const headers = new Headers({ ...made.headers, ...deprecationOf(deps, endpoint) });
      if (made.isRepeat) headers.set("idempotency-replayed", "true");
      const next = nextLink(url, made.body);
      if (next !== null) headers.append("link", next);
      const isEmpty = made.status === 204 || request.method === "HEAD";
      return new Response(isEmpty ? null : made.body, { status: made.status, headers });
    },
  });
}

function noEndpointProblem(method: string, methods: string[]): ProblemError {
  if (methods.length === 0)
    return new ProblemError(
      "unknown_endpoint",
      404,
      "The API has nothing at this address. GET /api/v1/openapi.json lists all of it.",
    );
  const allow = methods.join(", ");
  return new ProblemError("method_not_allowed", 405, `${method} is not taken here. Send ${allow}.`, {
    headers: { allow },
  });
}

/** Checks the content type and encoding of the body. Then reads it within the memory limits of this process. */
async function withCheckedBody(
  { bodies }: RestDependencies,
  request: Request,
  {
    endpoint: { body, isPatch },
    token,
    use,
  }: { endpoint: RestEndpoint; token: TokenActor; use: (bytes: Uint8Array<ArrayBuffer>) => Promise<Response> },
): Promise<Response> {
  if (!body) return use(new Uint8Array(0));
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const taken = isPatch ? ["application/merge-patch+json", "application/json"] : ["application/json"];
  if (type !== undefined && !taken.includes(type))
    throw new ProblemError("unsupported_media_type", 415, `Send the body as ${taken.join(" or ")}.`, {
      headers: { "accept-post": taken.join(", ") },
    });
  if (readContentEncoding(request) !== "identity")
    throw new ProblemError("unsupported_media_type", 415, "The body is compressed. Send it without compression.");
  const owners = [{ name: `token:${token.id}`, label: "This token", share: 1 / 4 }];
  const options = { budget: bodies.calls, owners, bytesMax: REST_BODY_BYTES_MAX, withinMs: BODY_WITHIN_MS };
  return withRequestBody(request, options, use);
}

async function runEndpoint(
  project: ProjectContext | null,
  endpoint: RestEndpoint,
  call: RestCall,
): Promise<StoredApiAnswer> {
  const result =
    endpoint.permission === null ? await endpoint.run(call) : await endpoint.run({ ...call, project: project! });
  const { answer, status = answer === null ? 204 : 200 } = endpoint;
  if (answer === null) return { status, headers: {}, body: "" };
  const shown = answer.parse(result);
  const version = endpoint.hasVersion ? (shown as { version?: unknown }).version : undefined;
  return {
    status,
    headers: {
      "content-type": "application/json",
      ...(typeof version === "number" ? { etag: writeEtagOfVersion(version) } : {}),
      ...(endpoint.location === undefined ? {} : { location: locationOf(endpoint.location, call.params, shown) }),
    },
    // `stringifyJson` keeps all digits of long numbers, which JSON.stringify would round.
    body: stringifyJson(shown),
  };
}

function locationOf(template: string, params: Record<string, string>, shown: unknown): string {
  const values: Record<string, string> = { ...params, ...(shown as { id?: string }) };
  return API_PATH + template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}

function readKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new ProblemError(
    "invalid_request",
    400,
    "An Idempotency-Key has 1 to 255 visible ASCII characters. Use a UUID.",
  );
}

const requestTextOf = (request: Request, url: URL, bytes: Uint8Array): string =>
  `${request.method} ${url.pathname}${url.search}\n${Buffer.from(bytes).toString("base64")}`;

/** Makes the headers that announce a deprecated endpoint (RFC 9745 and RFC 8594). */
function deprecationOf({ env }: RestDependencies, { deprecation }: RestEndpoint): Record<string, string> {
  if (!deprecation) return {};
  const { since, ends, replacedBy } = deprecation;
  return {
    deprecation: `@${Math.floor(since.getTime() / 1_000)}`,
    sunset: ends.toUTCString(),
    link: `<${env.appUrl}${API_PATH}${replacedBy}>; rel="successor-version"`,
  };
}

/** Makes the Link header of the next page (RFC 8288); null if the answer has no `nextCursor`. */
function nextLink(url: URL, body: string): string | null {
  if (!body.startsWith('{"items":')) return null;
  const { nextCursor } = JSON.parse(body) as { nextCursor?: string | null };
  if (!nextCursor) return null;
  const next = new URLSearchParams(url.searchParams);
  next.set("cursor", nextCursor);
  return `<${url.pathname}?${next}>; rel="next"`;
}
