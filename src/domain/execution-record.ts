import { z } from "zod";

/*
 * Schemas of the JSON columns of executions and attempts. Pruning and expunging rewrite these columns, and older
 * versions of the program wrote other forms. So each schema accepts any JSON, and the page of an execution always
 * opens.
 */

/** Headers as a list of names and values. Older versions of the program wrote an object. */
const Headers = z.union([
  z.array(z.tuple([z.string(), z.string()])),
  z.record(z.string(), z.string()).transform((headers) => Object.entries(headers)),
]);

const SentRequest = z.object({
  method: z.string(),
  /** the masked URL; the version of the action keeps the whole URL */
  url: z.string(),
  actionVersion: z.number().optional(),
  headers: Headers,
});
/** A message that a transport other than HTTP sent. */
const SentMessage = z.object({ to: z.string(), actionVersion: z.number().optional() });
/** The reason why no request could be made. */
const FailedRequest = z.object({ problem: z.string() });
/** The request's record after pruning removed its content. */
const RemovedRequest = z.object({ removed: z.literal(true) });

/**
 * The record of an attempt's request: the request as sent with masked secrets, the reason why there was none, or a mark
 * that pruning removed it.
 */
export const AttemptRequestRecord = z
  .union([SentRequest, SentMessage, FailedRequest, RemovedRequest])
  .catch({ problem: "The record of this request cannot be read." });
export type AttemptRequestRecord = z.infer<typeof AttemptRequestRecord>;

/** The response's headers. Null without a response, after the headers were removed, or if they cannot be read. */
export const ResponseHeaders = Headers.nullable().catch(null);

/** The status of the answer to the last finished attempt; null if no answer came, or if it cannot be read. */
export const LastAttemptHttpStatus = z.object({ status: z.number().optional() }).nullable().catch(null);
export type LastAttemptHttpStatus = z.infer<typeof LastAttemptHttpStatus>;

/** The reason why the last finished attempt failed; null if none failed, or if it cannot be read. */
export const LastAttemptError = z
  .object({ code: z.string().nullish(), message: z.string().nullish() })
  .transform(({ code, message }) => ({ ...(code ? { code } : {}), ...(message ? { message } : {}) }))
  .nullable()
  .catch(null);
export type LastAttemptError = z.infer<typeof LastAttemptError>;
