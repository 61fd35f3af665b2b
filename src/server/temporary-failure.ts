import { isTransientDatabaseError } from "./db/transient-errors";
import { AppError } from "./errors";

const RETRY_SECONDS = 5;

/** Makes the error for a call that failed because the database was temporarily unusable. Null for any other failure. */
export const makeErrorForTemporaryFailure = (error: unknown): AppError | null =>
  !(error instanceof AppError) && isTransientDatabaseError(error)
    ? new AppError("UNAVAILABLE", "The server is not available right now. Try again in a moment.", {
        retryAfterSeconds: RETRY_SECONDS,
        cause: error,
      })
    : null;
