import { eventIds, EVENT_LIMITS, parseEventRequest } from "./engine/event-endpoint";
import { readEventBody } from "./event-body";
import { requestSeed } from "./event-seed";
import type { Forwarded } from "./forwarded";
import { authenticate, depthOf, failed, failure, limitRate, within, withEventBody } from "./intake/intake-steps";
import type { IntakeRuntime } from "./intake/intake-steps";
import { receiptOf } from "./receipt";
import { stampEvents } from "./services/events";

export const SEED_HEADER = "x-inngest-event-id-seed";

/** A sender is told by then that a database accepts connections and does not answer, ms. */
const ANSWER_WITHIN_MS = 20_000;
/** A sender that uploads more slowly holds memory that others need. A body may wait so long for its turn to be parsed. */
const BODY_LIMITS = { bytesMax: EVENT_LIMITS.requestBytesMax, bodyWithinMs: 60_000, turnWithinMs: 15_000 };

/**
 * Takes a request to the event endpoint: authenticates the key, checks the envelope, stamps project and key, and hands
 * the events to the engine in use. Answers as Inngest's endpoint does: `{ids, status}`, or `{ids: [], status, error}`.
 * Nothing of a refused request is stored.
 */
export async function receiveEvents(
  runtime: IntakeRuntime,
  request: Request,
  key: string,
  { answerWithinMs = ANSWER_WITHIN_MS } = {},
): Promise<Response> {
  // Before anything is awaited: it orders states that carry the same time.
  const receivedMicros = receiptOf(request);
  try {
    const sender = await authenticate(runtime, key, answerWithinMs);
    // Before the body is read: to send away must cost little.
    const overload = runtime.overload();
    if (overload) return toResponse(overload);
    const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
    if (encoding !== "identity")
      return toResponse(
        failed(415, `The body is encoded as ${encoding.slice(0, 50)}, which is not read here; send it as it is.`),
      );
    const depth = depthOf(request);
    return await withEventBody(runtime, request, sender, BODY_LIMITS, async (bytes) => {
      const read = readEventBody(bytes);
      if (!read.ok) return toResponse(failed(400, read.error));
      const { body } = read;
      const now = runtime.context.now();
      const parsed = parseEventRequest(body.value);
      if (!parsed.ok) return toResponse(failed(parsed.status, parsed.error));
      await within(answerWithinMs, limitRate(runtime, sender, parsed.events.length));

      const { projectId } = sender;
      const seed = requestSeed({ projectId, sent: request.headers.get(SEED_HEADER), body: bytes, now });
      const events = stampEvents({
        sender: { ...sender, depth },
        events: parsed.events,
        ids: eventIds(parsed.events.length, seed, now.getTime()),
        body,
        stampKey: runtime.stampKey,
        receivedMicros,
        alone: runtime.isPaceLow?.(projectId, parsed.events.length) ?? false,
        now,
      });
      return toResponse(await within(answerWithinMs, runtime.forward(events, seed)));
    });
  } catch (error) {
    return toResponse(failure(runtime, error));
  }
}

function toResponse({ status, body, retryAfterSeconds }: Forwarded): Response {
  return Response.json(body, {
    status,
    headers: retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {},
  });
}
