import { randomUUID } from "node:crypto";
import { AppError, httpStatusOf, type ErrorCode } from "@/server/errors";
import type { Logger } from "@/server/log";
import { makeErrorForTemporaryFailure } from "@/server/temporary-failure";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

/** A part of a request that must change. `pointer` is the JSON pointer (RFC 6901) of its place in the body or query. */
type FieldProblem = { pointer: string; detail: string };

/** The body of an error answer: problem details (RFC 9457). Programs read the stable `code`, people read `detail`. */
type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: FieldProblem[];
};

/** All codes of problems with their titles. The reference page and docs/api.md list them. */
export const problemTitleByCode = {
  invalid_request: "The request is not valid",
  invalid_json: "The body is not JSON",
  missing_token: "A token is missing",
  invalid_token: "The token is not valid",
  expired_token: "The token has expired",
  revoked_token: "The token was revoked",
  forbidden: "The token may not do this",
  missing_scope: "The token lacks a scope",
  maker_left: "The person who made the token has left the project",
  not_found: "There is no such thing",
  unknown_endpoint: "There is no such endpoint",
  method_not_allowed: "The endpoint does not take this method",
  timeout: "The request took too long to arrive",
  conflict: "The state does not allow this",
  request_in_progress: "The same request is under way",
  answer_lost: "The same request took effect, and its answer was lost",
  version_mismatch: "It has changed meanwhile",
  too_large: "The request is too large",
  unsupported_media_type: "The body has another media type",
  idempotency_key_reused: "The key belongs to another request",
  too_many_requests: "Too many requests",
  internal: "Something went wrong on the server",
  unavailable: "The server is not available now",
} as const;
export type ProblemCode = keyof typeof problemTitleByCode;

const codeOf: Record<ErrorCode, ProblemCode> = {
  BAD_REQUEST: "invalid_request",
  UNAUTHORIZED: "invalid_token",
  FORBIDDEN: "forbidden",
  NOT_FOUND: "not_found",
  CONFLICT: "conflict",
  REQUEST_TIMEOUT: "timeout",
  PAYLOAD_TOO_LARGE: "too_large",
  UNPROCESSABLE: "invalid_request",
  TOO_MANY_REQUESTS: "too_many_requests",
  UNAVAILABLE: "unavailable",
  ABORTED: "invalid_request",
  INTERNAL: "internal",
};

/** An error that the REST layer itself finds, with its own code and HTTP status. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly errors: FieldProblem[];

  // RFC 9457 puts these three members first.
  // eslint-disable-next-line max-params
  constructor(
    code: ProblemCode,
    status: number,
    detail: string,
    { headers = {}, errors = [] }: { headers?: Record<string, string>; errors?: FieldProblem[] } = {},
  ) {
    super(detail);
    this.name = "ProblemError";
    this.code = code;
    this.status = status;
    this.headers = headers;
    this.errors = errors;
  }
}

/** Translates an error of a service into a problem. Null for an unforeseen error. */
export function toProblemError(thrown: unknown): ProblemError | null {
  if (thrown instanceof ProblemError) return thrown;
  const error = makeErrorForTemporaryFailure(thrown) ?? thrown;
  if (!(error instanceof AppError) || error.code === "INTERNAL") return null;
  const code = error.reason !== undefined && error.reason in problemTitleByCode ? error.reason : codeOf[error.code];
  return new ProblemError(
    code as ProblemCode,
    error.reason === "version_mismatch" ? 412 : httpStatusOf[error.code],
    error.message,
    {
      errors: Object.entries(error.fields ?? {}).map(([path, detail]) => ({
        pointer: writeJsonPointer(path.split(".")),
        detail,
      })),
      ...(error.retryAfterSeconds === undefined ? {} : { headers: { "retry-after": String(error.retryAfterSeconds) } }),
    },
  );
}

/** @property what the kind of call for the log line: "an API call" */
type CallFailure = { what: string; error: unknown; requestId?: string };

/**
 * Logs why a call failed: an unforeseen failure as an error, a temporary state of the server as a warning. Failures
 * that the caller can correct are not logged.
 */
export function logFailedCall(log: Logger, { what, error, ...facts }: CallFailure): void {
  const problem = toProblemError(error);
  if (!problem) log.error({ err: error, ...facts }, `${what} failed`);
  else if (problem.status === 503) warnOnceAMinute(log, { err: error, ...facts }, `${what} was refused with 503`);
}

/** Makes a JSON pointer (RFC 6901) from a path of names and indexes. */
export const writeJsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Makes the HTTP answer for a problem. */
export function makeProblemResponse(
  error: ProblemError,
  { appUrl, requestId }: { appUrl: string; requestId: string },
): Response {
  const problem: Problem = {
    type: `${appUrl}/api/v1/docs#${error.code}`,
    title: problemTitleByCode[error.code],
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
  };
  return new Response(JSON.stringify(problem), {
    status: error.status,
    headers: { "content-type": "application/problem+json", ...error.headers },
  });
}

/** Returns the caller's request id if it is safe in a log line; otherwise a new id. */
export function readOrMakeRequestId(request: Request): string {
  const given = request.headers.get("x-request-id") ?? "";
  return /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

export const makeUnforeseenProblem = (requestId: string): ProblemError =>
  new ProblemError("internal", 500, `Something went wrong on the server. Its log says more under ${requestId}.`);
