import { z } from "zod";

/*
 * The JSON columns of executions and attempts, parsed where they are read. Pruning and expunging rewrite these columns,
 * and older versions wrote other forms: whatever a column holds, the page of its execution shows.
 */

/** A list of names and values; an object in what older versions wrote. */
const Headers = z.union([
  z.array(z.tuple([z.string(), z.string()])),
  z.record(z.string(), z.string()).transform((headers) => Object.entries(headers)),
]);

const SentRequest = z.object({
  method: z.string(),
  /** masked; the version of the action has the whole one */
  url: z.string(),
  actionVersion: z.number().optional(),
  headers: Headers,
});
/** Why no request could be made. */
const FailedRequest = z.object({ problem: z.string() });
/** Pruning has removed the request. */
const RemovedRequest = z.object({ removed: z.literal(true) });

/** A request as it was sent, secrets masked; why there was none; or that its retention has ended. */
export const AttemptRequest = z
  .union([SentRequest, FailedRequest, RemovedRequest])
  .catch({ problem: "The record of this request cannot be read." });
export type AttemptRequest = z.infer<typeof AttemptRequest>;

/** Null where there was no response, where its headers were removed, and where they cannot be read. */
export const ResponseHeaders = Headers.nullable().catch(null);

/** What the last finished attempt got back. */
export const ExecutionOutput = z.object({ status: z.number().optional() }).nullable().catch(null);
export type ExecutionOutput = z.infer<typeof ExecutionOutput>;

/** Why the last finished attempt failed. */
export const ExecutionError = z
  .object({ code: z.string().nullish(), message: z.string().nullish() })
  .transform(({ code, message }) => ({ ...(code ? { code } : {}), ...(message ? { message } : {}) }))
  .nullable()
  .catch(null);
export type ExecutionError = z.infer<typeof ExecutionError>;
