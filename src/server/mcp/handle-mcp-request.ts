import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Env } from "@/env";
import type { BodyBudgets } from "@/server/body-budgets";
import type { ServiceContext } from "@/server/context";
import type { RateLimiter } from "@/server/rate-limit";
import { withRequestBody } from "@/server/request-body";
import { listOwnOrigins } from "@/server/request-checks";
import { authenticateCall } from "@/server/rest/authenticate-call";
import {
  logFailedCall,
  ProblemError,
  makeProblemResponse,
  readOrMakeRequestId,
  toProblemError,
  makeUnforeseenProblem,
} from "@/server/rest/problem";
import { parseJsonBody } from "@/server/rest/read-request";
import { makeMcpServer } from "./make-mcp-server";

const BODY_BYTES_MAX = 1024 * 1024;
const BODY_WITHIN_MS = 20_000;

export type McpDependencies = {
  base: ServiceContext;
  env: Pick<Env, "appUrl">;
  rates: RateLimiter;
  bodies: Pick<BodyBudgets, "calls">;
};

/**
 * Answers a call of the MCP server (tools for AI agents) at /mcp, over streamable HTTP without sessions. It accepts the
 * tokens of the REST API.
 */
export async function handleMcpRequest(deps: McpDependencies, request: Request): Promise<Response> {
  const requestId = readOrMakeRequestId(request);
  const response = await answer(deps, request).catch((error: unknown) => {
    logFailedCall(deps.base.log, { what: "an MCP call", error, requestId });
    return makeProblemResponse(toProblemError(error) ?? makeUnforeseenProblem(requestId), {
      appUrl: deps.env.appUrl,
      requestId,
    });
  });
  response.headers.set("x-request-id", requestId);
  response.headers.set("cache-control", "no-store");
  return response;
}

async function answer({ base, env, rates, bodies }: McpDependencies, request: Request): Promise<Response> {
  // Refuses pages of other sites, which could reach the server through a browser (DNS rebinding).
  const origin = request.headers.get("origin");
  if (origin !== null && !listOwnOrigins(request, env.appUrl).includes(origin))
    throw new ProblemError(
      "forbidden",
      403,
      "This request came from a page of another site. Call /mcp from a program.",
    );
  const token = await authenticateCall(base, rates, request);
  const handler = createMcpHandler(() => makeMcpServer({ base: { ...base, actor: token }, token }), {
    onerror: (error) => base.log.debug({ err: error }, "an MCP request was refused"),
  });
  const { url, method, headers, signal } = request;
  if (method !== "POST") return handler.fetch(new Request(url, { method, headers, signal }));
  const owners = [{ name: `token:${token.id}`, label: "This token", share: 1 / 4 }];
  const options = { budget: bodies.calls, owners, bytesMax: BODY_BYTES_MAX, withinMs: BODY_WITHIN_MS };
  return withRequestBody(request, options, async (bytes) => {
    const call = new Request(url, { method, headers, body: bytes, signal });
    // The SDK itself would round long numbers, and accept text that is not UTF-8.
    const response = await handler.fetch(call, { parsedBody: parseJsonBody(bytes) });
    // The memory of the request's body stays reserved until the answer is complete.
    const body = await response.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, { status: response.status, headers: response.headers });
  });
}
