import { z } from "zod";

/*
 * Schemas of the JSON columns of executions and attempts. Pruning and expunging rewrite these columns, and older
 * versions of the program wrote other forms. So every schema accepts any JSON, and the page of an execution always
 * opens.
 */

/** A list of names and values. Older versions of the program wrote an object. */
const Headers = z.union([
  z.array(z.tuple([z.string(), z.string()])),
  z.record(z.string(), z.string()).transform((headers) => Object.entries(headers)),
]);

const SentRequest = z.object({
  method: z.string(),
  /** masked; the version of the action has the whole URL */
  url: z.string(),
  actionVersion: z.number().optional(),
  headers: Headers,
});
/** A message that went another way than by HTTP. */
const SentMessage = z.object({ to: z.string(), actionVersion: z.number().optional() });
/** The reason why no request could be made. */
const FailedRequest = z.object({ problem: z.string() });
/** Pruning has removed the request. */
const RemovedRequest = z.object({ removed: z.literal(true) });

/** The record of a request: as it was sent with masked secrets, why there was none, or that its retention has ended. */
export const AttemptRequest = z
  .union([SentRequest, SentMessage, FailedRequest, RemovedRequest])
  .catch({ problem: "The record of this request cannot be read." });
export type AttemptRequest = z.infer<typeof AttemptRequest>;

/** Null if there was no response, if its headers were removed, or if they cannot be read. */
export const ResponseHeaders = Headers.nullable().catch(null);

/** The answer to the last finished attempt. */
export const ExecutionOutput = z.object({ status: z.number().optional() }).nullable().catch(null);
export type ExecutionOutput = z.infer<typeof ExecutionOutput>;

/** The reason why the last finished attempt failed. */
export const ExecutionError = z
  .object({ code: z.string().nullish(), message: z.string().nullish() })
  .transform(({ code, message }) => ({ ...(code ? { code } : {}), ...(message ? { message } : {}) }))
  .nullable()
  .catch(null);
export type ExecutionError = z.infer<typeof ExecutionError>;
