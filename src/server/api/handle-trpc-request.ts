import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Env } from "@/env";
import { CLIENT_IP_HEADER, getSessionUser, type BetterAuthInstance } from "../auth/auth";
import type { ServiceContext } from "../context";
import type { BodyBudgets } from "../body-budgets";
import { toErrorRefusal } from "../errors";
import { makeErrorForTemporaryFailure } from "../temporary-failure";
import { withRequestBody } from "../request-body";
import { findRefusalOfForeignPost } from "../request-checks";
import type { SignedInUser } from "../services/access";
import { createApiContext, toTrpcError, readLogIdOfUnforeseenError } from "./init";
import { appRouter } from "./root";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

const BODY_BYTES_MAX = 1024 * 1024;
/**
 * The most bytes of a tRPC call without a session. Accepting an invitation or setting a password needs less than 1 KB.
 */
const ANONYMOUS_BYTES_MAX = 16 * 1024;
const BODY_WITHIN_MS = 20_000;

type Deps = {
  base: ServiceContext;
  auth: BetterAuthInstance;
  env: Pick<Env, "appUrl">;
  bodies: Pick<BodyBudgets, "calls" | "anonymous">;
};

/** Answers a call of the browser: /api/trpc/…. It reads the session before the body. */
export async function handleTrpcRequest(deps: Deps, request: Request): Promise<Response> {
  const { base, auth, env } = deps;
  const problem = request.method === "POST" ? findRefusalOfForeignPost(request, env.appUrl) : null;
  if (problem) return refuse(problem.status, problem.message);
  // A failed look-up of the session must still be answered in tRPC's form, so the error is thrown later.
  const [user] = await Promise.allSettled([getSessionUser(auth, request.headers)]);
  const session = (): Promise<SignedInUser | null> =>
    user.status === "fulfilled" ? Promise.resolve(user.value) : Promise.reject(sessionFailure(user.reason));
  const signedIn = user.status === "fulfilled" ? user.value : null;
  if (request.method !== "POST") {
    if (!signedIn && request.url.length > ANONYMOUS_BYTES_MAX)
      return refuse(414, `Without a session an address may have ${ANONYMOUS_BYTES_MAX / 1024} KiB.`);
    return answer(deps, request, session);
  }
  try {
    return await withRequestBody(request, bodyOptions(deps, request, signedIn), (body) =>
      answer(
        deps,
        new Request(request.url, { method: "POST", headers: request.headers, body, signal: request.signal }),
        session,
      ),
    );
  } catch (error) {
    const refusal = toErrorRefusal(error);
    if (!refusal) throw error;
    if (refusal.status === 400) base.log.debug({ err: error }, "a caller left");
    return refuse(refusal.status, refusal.message, refusal.headers);
  }
}

function bodyOptions({ bodies }: Deps, request: Request, user: SignedInUser | null) {
  const owner = user
    ? { name: `user:${user.id}`, label: "This account", share: 1 / 4 }
    : { name: `address:${request.headers.get(CLIENT_IP_HEADER) ?? ""}`, label: "This address", share: 1 / 4 };
  return {
    budget: user ? bodies.calls : bodies.anonymous,
    owners: [owner],
    bytesMax: user ? BODY_BYTES_MAX : ANONYMOUS_BYTES_MAX,
    withinMs: BODY_WITHIN_MS,
  };
}

function answer({ base }: Deps, request: Request, session: () => Promise<SignedInUser | null>): Promise<Response> {
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    allowBatching: true,
    // The browser sends a query as a POST if its input is too long for a URL.
    allowMethodOverride: true,
    maxBatchSize: 20,
    createContext: async () => createApiContext({ base, user: await session(), headers: request.headers }),
    onError: ({ error, path }) => {
      const requestId = readLogIdOfUnforeseenError(error);
      if (requestId !== null) base.log.error({ err: error.cause, path, requestId }, "a call failed");
      else if (error.code === "SERVICE_UNAVAILABLE") {
        const { cause } = error.cause ?? {};
        warnOnceAMinute(base.log, { err: cause, path }, "a call was refused with 503");
      }
    },
    responseMeta: () => ({ headers: new Headers({ "cache-control": "no-store" }) }),
  });
}

/**
 * Makes the error for a failed look-up of the session. A temporary failure of the database has its own error; `onError`
 * logs every other one.
 */
function sessionFailure(reason: unknown): Error {
  const passing = makeErrorForTemporaryFailure(reason);
  return passing ? toTrpcError(passing) : (reason as Error);
}

const refuse = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { message } }, { status, headers: { "cache-control": "no-store", ...headers } });
