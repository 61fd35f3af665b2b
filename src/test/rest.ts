import { TokenScope } from "@/domain/access";
import type { ServiceContext } from "@/server/context";
import { createBodyBudgets } from "@/server/body-budgets";
import { createRateLimiter } from "@/server/rate-limit";
import type { RestEndpoint } from "@/server/rest/endpoint";
import { handleRestRequest, type RestDependencies } from "@/server/rest/handle-rest-request";
import { makeApiToken } from "@/server/services/tokens/token-row";

type TokenOptions = {
  userId: string;
  /** the project of the token; null, the default, makes a personal token */
  projectId?: string | null;
  scopes?: readonly TokenScope[];
  expiresInDays?: number | null;
};

/** Makes an API token. @returns its text, of which the row has only a hash */
export async function makeToken(
  ctx: ServiceContext,
  { userId, projectId = null, scopes = TokenScope.options, expiresInDays = null }: TokenOptions,
): Promise<{ id: string; token: string }> {
  const made = makeApiToken({ projectId, userId }, { name: "Test", scopes: [...scopes], expiresInDays }, ctx.now());
  await ctx.db.apiToken.create({ data: made.row });
  return { id: made.row.id, token: made.token };
}

export type RestAnswer = { status: number; headers: Headers; body: Record<string, unknown> };
type RestCall = { token?: string; body?: unknown; headers?: Record<string, string> };

/** Calls the REST API without a server: `call("GET /projects", { token })`. */
export function restCaller(ctx: ServiceContext, table?: readonly RestEndpoint[]) {
  const deps: RestDependencies = {
    base: ctx,
    env: ctx.env,
    rates: createRateLimiter(ctx),
    bodies: createBodyBudgets(),
    ...(table ? { table } : {}),
  };
  return async (target: string, { token, body, headers = {} }: RestCall = {}): Promise<RestAnswer> => {
    const [method = "GET", path = ""] = target.split(" ");
    const response = await handleRestRequest(
      deps,
      new Request(`${ctx.env.appUrl}/api/v1${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
}
