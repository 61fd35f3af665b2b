import { randomUUID } from "node:crypto";
import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { z } from "zod";
import { makeUserActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import { AppError, type ErrorCode } from "@/server/errors";
import { makeErrorForTemporaryFailure } from "@/server/temporary-failure";
import { openProjectContext, type SignedInUser } from "@/server/services/access";
import { takeUsageFromPersonLimit, type PersonLimitName } from "@/server/services/usage-limits";
import { checkCallInput } from "./check-call-input";

/**
 * The context of a tRPC call: the program's services, the signed-in user (null without a session), and the request's
 * headers.
 */
export type ApiContext = { base: ServiceContext; user: SignedInUser | null; headers: Headers };

export const createApiContext = (options: ApiContext): ApiContext => options;

const trpcCodeOf: Record<ErrorCode, TRPCError["code"]> = {
  BAD_REQUEST: "BAD_REQUEST",
  UNAUTHORIZED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  CONFLICT: "CONFLICT",
  REQUEST_TIMEOUT: "TIMEOUT",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNPROCESSABLE: "UNPROCESSABLE_CONTENT",
  TOO_MANY_REQUESTS: "TOO_MANY_REQUESTS",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  ABORTED: "CLIENT_CLOSED_REQUEST",
  INTERNAL: "INTERNAL_SERVER_ERROR",
};

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  // The stack is never sent. The message and the fields hold all that a person can act on.
  isDev: false,
  // A stream ends after this time, and the browser reopens it. A person who has left the project is then refused.
  sse: {
    maxDurationMs: 10 * 60_000,
    ping: { enabled: true, intervalMs: 15_000 },
    client: { reconnectAfterInactivityMs: 45_000 },
  },
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: messageOf(error),
    data: {
      code: shape.data.code,
      httpStatus: shape.data.httpStatus,
      path: shape.data.path,
      /** The inputs that must change: the dotted path of each, and the change that it needs. */
      fields: fieldsOf(error.cause),
      retryAfterSeconds: error.cause instanceof AppError ? (error.cause.retryAfterSeconds ?? null) : null,
    },
  }),
});

const masked = (requestId: string): string =>
  `Something went wrong on the server. Its log says more under ${requestId}.`;

/**
 * Returns the message of an error for the browser. It masks unforeseen errors that did not pass `mapErrors`: those of
 * the look-up of the session, and of running streams.
 */
function messageOf(error: TRPCError): string {
  if (error.cause instanceof z.ZodError) return "Some fields need a change.";
  const requestId = readLogIdOfUnforeseenError(error);
  return requestId === null ? error.message : masked(requestId);
}

const requestIds = new WeakMap<Error, string>();

/** Returns the log id of an unforeseen error that did not pass `mapErrors`; null for every other error. */
export function readLogIdOfUnforeseenError({ code, cause }: TRPCError): string | null {
  if (code !== "INTERNAL_SERVER_ERROR" || !cause || (cause instanceof AppError && cause.code !== "INTERNAL"))
    return null;
  const id = requestIds.get(cause) ?? randomUUID();
  requestIds.set(cause, id);
  return id;
}

function fieldsOf(cause: unknown): Record<string, string> | null {
  if (cause instanceof AppError) return cause.fields ?? null;
  if (!(cause instanceof z.ZodError)) return null;
  const fields: Record<string, string> = {};
  for (const issue of cause.issues) fields[issue.path.join(".")] ??= issue.message;
  return fields;
}

export const toTrpcError = (error: AppError): TRPCError =>
  new TRPCError({ code: trpcCodeOf[error.code], message: error.message, cause: error });

/** Turns the errors of services into tRPC errors. `next()` never rejects: its result holds the error. */
const mapErrors = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof AppError && cause.code !== "INTERNAL") {
    throw new TRPCError({ code: trpcCodeOf[cause.code], message: cause.message, cause });
  }
  if (result.error.code !== "INTERNAL_SERVER_ERROR") return result;
  const passing = makeErrorForTemporaryFailure(cause);
  if (passing) throw toTrpcError(passing);
  const requestId = randomUUID();
  ctx.base.log.error({ err: cause ?? result.error, path, requestId }, "a call failed");
  throw new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: masked(requestId) });
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const checkRawInput = t.middleware(async ({ getRawInput, next }) => {
  checkCallInput(await getRawInput());
  return next();
});

/** The base of procedures that anybody may call, signed in or not. */
export const publicProcedure = t.procedure.use(mapErrors).use(checkRawInput);

/**
 * The base of procedures for signed-in people. It checks the session before the input, adds `ctx.user`, and makes the
 * person the actor of `ctx.base`.
 */
export const signedInProcedure = t.procedure
  .use(mapErrors)
  .use(({ ctx, next }) => {
    const { user } = ctx;
    if (!user) throw new AppError("UNAUTHORIZED", "You are not signed in, or your session has ended.");
    return next({
      ctx: {
        user,
        base: { ...ctx.base, actor: makeUserActor(user) } satisfies ServiceContext,
      },
    });
  })
  .use(checkRawInput);

const ProjectInput = z.object({ projectId: z.string().min(1).max(100) });

/**
 * The base of procedures for members of `input.projectId`. It adds `ctx.project`, which services take. Each service
 * checks the permission of its caller itself; permissions.test.ts proves that.
 */
export const projectProcedure = signedInProcedure.input(ProjectInput).use(async ({ ctx, input, next }) => {
  const project = await openProjectContext(ctx.base, makeUserActor(ctx.user), input.projectId);
  return next({ ctx: { project } });
});

/** Makes a middleware that counts a call against the rate limit of its person, over all projects. */
export const limitCallsOfPerson = (kind: PersonLimitName) =>
  t.middleware(async ({ ctx, next }) => {
    await takeUsageFromPersonLimit(ctx.base, kind);
    return next();
  });
