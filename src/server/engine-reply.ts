import type { EngineUnavailableError } from "./engine/unavailable";

/**
 * The answer to a request with events, in Inngest's form: `{ids, status}`, or `{ids: [], status, error}` with the
 * seconds until a retry.
 */
export type SendEventsReply = {
  status: number;
  body: { ids: string[]; status: number; error?: string };
  retryAfterSeconds?: number;
};

/** Makes the answer for events that the engine cannot accept now. */
export function makeReplyForUnavailableEngine(
  unavailable: Pick<EngineUnavailableError, "status" | "message" | "retryAfterSeconds">,
): SendEventsReply {
  const { status, message, retryAfterSeconds } = unavailable;
  return { status, body: { ids: [], status, error: `${message}.` }, retryAfterSeconds };
}
