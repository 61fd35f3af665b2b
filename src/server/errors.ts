/** The kinds of errors that services throw. HTTP, tRPC and the other entry points translate them. */
export type ErrorCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "REQUEST_TIMEOUT"
  | "PAYLOAD_TOO_LARGE"
  | "UNPROCESSABLE"
  | "TOO_MANY_REQUESTS"
  | "UNAVAILABLE"
  /** The sender closed the connection before its request was complete, so nobody reads the answer. */
  | "ABORTED"
  | "INTERNAL";

/**
 * An error whose message people may read, unless its code is INTERNAL. The messages of all other errors are masked.
 * `fields` names the inputs that must change: a dotted path and the needed change for each.
 */
export class AppError extends Error {
  /**
   * `instanceof` recognises the class by a property. Each of Next's bundles has its own copy of the class, and they
   * share one runtime.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && (value as { isAppError?: unknown }).isAppError === true;
  }

  readonly isAppError = true;
  readonly code: ErrorCode;
  readonly fields: Record<string, string> | undefined;
  /** The seconds until the same call may succeed; undefined if a repeat does not help, or no time is known. */
  readonly retryAfterSeconds: number | undefined;
  /** A stable code for programs, where the error's kind alone says too little. */
  readonly reason: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { fields?: Record<string, string>; retryAfterSeconds?: number; reason?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.reason = options.reason;
  }
}

/** The HTTP status of each error code. */
export const httpStatusOf: Record<ErrorCode, number> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  REQUEST_TIMEOUT: 408,
  PAYLOAD_TOO_LARGE: 413,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
  ABORTED: 400,
  INTERNAL: 500,
};

export const makeNotFoundError = (what: string): AppError =>
  new AppError("NOT_FOUND", `There is no such ${what} in this project. It may have been deleted.`);

/** Makes the error for a request that this process has no memory for at present. */
export const makeServerFullError = (retryAfterSeconds: number): AppError =>
  new AppError(
    "UNAVAILABLE",
    "This server reads as much data as it can hold. Nothing of this request was accepted; send it again in a moment.",
    { retryAfterSeconds },
  );

/**
 * Returns status, message and headers of the answer to a request that fails with this error. Null for an unforeseen
 * error.
 */
export function toErrorRefusal(
  error: unknown,
): { status: number; message: string; headers: Record<string, string> } | null {
  if (!(error instanceof AppError) || error.code === "INTERNAL") return null;
  const { code, message, retryAfterSeconds } = error;
  return {
    status: httpStatusOf[code],
    message,
    headers: retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
  };
}
