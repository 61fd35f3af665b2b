import type { EngineUnavailableError } from "./engine/unavailable";

/**
 * An engine's answer to events: Inngest's `{ids, status}`, or `{ids: [], status, error}` with the seconds until a
 * retry.
 */
export type SendEventsReply = {
  status: number;
  body: { ids: string[]; status: number; error?: string };
  retryAfterSeconds?: number;
};

/** Makes the answer to events that the engine does not accept now. */
export function replyForUnavailable(
  unavailable: Pick<EngineUnavailableError, "status" | "message" | "retryAfterSeconds">,
): SendEventsReply {
  const { status, message, retryAfterSeconds } = unavailable;
  return { status, body: { ids: [], status, error: `${message}.` }, retryAfterSeconds };
}
