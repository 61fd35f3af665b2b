import { randomUUID } from "node:crypto";
import { AppError, httpStatusOf, type ErrorCode } from "@/server/errors";
import type { Logger } from "@/server/log";
import { errorForTemporaryFailure } from "@/server/temporary-failure";

/**
 * A part of a request that must change. `pointer` is its place in the body or the query, as a JSON pointer (RFC 6901).
 */
type FieldProblem = { pointer: string; detail: string };

/** Problem details (RFC 9457). `code` is stable; `detail` is for people. */
type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: FieldProblem[];
};

/** The codes of problems, each with its title. The reference page and docs/api.md list them. */
export const problemTitles = {
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
  version_mismatch: "It has changed meanwhile",
  too_large: "The request is too large",
  unsupported_media_type: "The body has another media type",
  idempotency_key_reused: "The key belongs to another request",
  too_many_requests: "Too many requests",
  internal: "Something went wrong on the server",
  unavailable: "The server is not available now",
} as const;
export type ProblemCode = keyof typeof problemTitles;

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

/** An error of the API itself, with its own code and status. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly errors: FieldProblem[];

  // The first three are members of every problem, in the order of RFC 9457.
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

/** Translates errors of services. Null for an unforeseen error. */
export function toProblemError(thrown: unknown): ProblemError | null {
  if (thrown instanceof ProblemError) return thrown;
  const error = errorForTemporaryFailure(thrown) ?? thrown;
  if (!(error instanceof AppError) || error.code === "INTERNAL") return null;
  const code = error.reason !== undefined && error.reason in problemTitles ? error.reason : codeOf[error.code];
  return new ProblemError(
    code as ProblemCode,
    error.reason === "version_mismatch" ? 412 : httpStatusOf[error.code],
    error.message,
    {
      errors: Object.entries(error.fields ?? {}).map(([path, detail]) => ({
        pointer: jsonPointerOf(path.split(".")),
        detail,
      })),
      ...(error.retryAfterSeconds === undefined ? {} : { headers: { "retry-after": String(error.retryAfterSeconds) } }),
    },
  );
}

/** @property what the call: "an API call" */
type CallFailure = { what: string; error: unknown; requestId?: string };

/**
 * Logs why a call failed: an unforeseen error as an error, and a passing state of the server as a warning. The caller
 * can mend any other failure, so the log has nothing on it.
 */
export function logFailedCall(log: Logger, { what, error, ...facts }: CallFailure): void {
  const problem = toProblemError(error);
  if (!problem) log.error({ err: error, ...facts }, `${what} failed`);
  else if (problem.status === 503)
    log.warn({ err: (error as Error).message, ...facts }, `${what} was refused with 503`);
}

/** Makes a JSON pointer (RFC 6901) from a path. */
export const jsonPointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Makes the answer with problem details. */
export function problemResponse(
  error: ProblemError,
  { appUrl, requestId }: { appUrl: string; requestId: string },
): Response {
  const problem: Problem = {
    type: `${appUrl}/api/v1/docs#${error.code}`,
    title: problemTitles[error.code],
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

/** Returns the caller's own request id, if it may appear in a log line; otherwise a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id") ?? "";
  return /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

export const unforeseenProblem = (requestId: string): ProblemError =>
  new ProblemError("internal", 500, `Something went wrong on the server. Its log says more under ${requestId}.`);
