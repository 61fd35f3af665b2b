import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Env } from "@/env";
import { getSessionUser, type Auth } from "../auth/auth";
import type { ServiceContext } from "../context";
import { readBodyWithin, refusalOfPost } from "../request-checks";
import { createContext, unforeseenIdOf } from "./init";
import { appRouter } from "./root";

const BODY_BYTES_MAX = 1024 * 1024;

type Deps = { base: ServiceContext; auth: Auth; env: Pick<Env, "appUrl"> };

/** Answers a call of the browser: /api/trpc/…. */
export async function handleTrpc({ base, auth, env }: Deps, request: Request): Promise<Response> {
  const problem = request.method === "POST" ? refusalOfPost(request, env.appUrl) : null;
  if (problem) return refuse(problem.status, problem.message);
  let accepted = request;
  if (request.method === "POST") {
    const body = await readBodyWithin(request, BODY_BYTES_MAX);
    if (!body) return refuse(413, `The request is larger than ${BODY_BYTES_MAX / 1024 / 1024} MiB.`);
    accepted = new Request(request.url, { method: "POST", headers: request.headers, body, signal: request.signal });
  }
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: accepted,
    router: appRouter,
    allowBatching: true,
    // A query whose input is too long for a URL comes by POST.
    allowMethodOverride: true,
    maxBatchSize: 20,
    createContext: async () =>
      createContext({ base, user: await getSessionUser(auth, request.headers), headers: request.headers }),
    onError: ({ error, path }) => {
      const requestId = unforeseenIdOf(error);
      if (requestId !== null) base.log.error({ err: error.cause, path, requestId }, "a call failed");
    },
    responseMeta: () => ({ headers: new Headers({ "cache-control": "no-store" }) }),
  });
}

const refuse = (status: number, message: string): Response =>
  Response.json({ error: { message } }, { status, headers: { "cache-control": "no-store" } });
