import { EVENT_LIMITS } from "./engine/event-endpoint";
import type { SendEventsReply } from "./engine-reply";
import { readEventEndpointClient } from "./intake/client-headers";
import {
  authenticateSender,
  readWebhookDepth,
  makeFailedReply,
  makeReplyForError,
  limitEventRate,
  startIntakeSpan,
  withTimeLimit,
  readEventBodyInTurn,
} from "./intake/intake-steps";
import type { IntakeRuntime } from "./intake/intake-steps";
import { readContentEncoding } from "./content-encoding";
import { readReceiptTime } from "./receipt-time";
import { getCachedRedactionRules } from "./services/redaction/cached-redaction-rules";
import { storeUnknownEventAsRejected } from "./services/store-unknown-event-as-rejected";

export const EVENT_ID_SEED_HEADER = "x-inngest-event-id-seed";

/**
 * How long each step may wait for the database or the engine, in ms. A database may accept connections and then not
 * answer.
 */
const ANSWER_WITHIN_MS = 20_000;
/**
 * The limits of a request's body. A sender would repeat a refused large request at once, so a large request waits for
 * memory and for its turn instead.
 */
const BODY_LIMITS = {
  bytesMax: EVENT_LIMITS.requestBytesMax,
  // The most time for an upload, in ms. A slower upload would hold memory that other senders need.
  bodyWithinMs: 60_000,
  roomWithinMs: 10_000,
  turnWithinMs: { small: 15_000, large: 60_000 },
};

/**
 * Serves a request to the event endpoint `/e/<key>`. It checks the event key and the events, stamps the events with
 * project and key, and passes them to the embedded engine or the Inngest server. It answers as Inngest's endpoint does:
 * `{ids, status}`, or `{ids: [], status, error}`. If an event with an unknown name makes it refuse the request, it
 * stores that event among the rejected events.
 */
export async function receiveEvents(
  runtime: IntakeRuntime,
  request: Request,
  { key, answerWithinMs = ANSWER_WITHIN_MS }: { key: string; answerWithinMs?: number },
): Promise<Response> {
  const span = startIntakeSpan(runtime, request);
  const response = await takeEvents(runtime, request, { key, answerWithinMs, traceparent: span?.traceparent });
  span?.end({ "http.response.status_code": response.status });
  return response;
}

async function takeEvents(
  runtime: IntakeRuntime,
  request: Request,
  { key, answerWithinMs, traceparent }: { key: string; answerWithinMs: number; traceparent: string | undefined },
): Promise<Response> {
  // The time of receipt is read before any await. It decides which of two states with equal times is newer.
  const receivedMicros = readReceiptTime(request);
  try {
    const sender = await authenticateSender(runtime, key, answerWithinMs);
    // A full backlog refuses the request before its body is read, which costs little.
    const overload = runtime.overload();
    if (overload) return toResponse(overload);
    if (readContentEncoding(request) !== "identity") {
      const named = request.headers.get("content-encoding")!.slice(0, 50);
      return toResponse(
        makeFailedReply(415, `The body is encoded as ${named}, which is not read here; send it as it is.`),
      );
    }
    const depth = readWebhookDepth(request);
    const redaction = await withTimeLimit(answerWithinMs, getCachedRedactionRules(runtime.context, sender.projectId));
    return await readEventBodyInTurn(runtime, { request, sender, limits: BODY_LIMITS }, async (bytes) => {
      const isPaceLow = (count: number): boolean => runtime.isPaceLow?.(sender.projectId, count) ?? false;
      const input = {
        sender: {
          projectId: sender.projectId,
          keyId: sender.keyId,
          depth,
          client: readEventEndpointClient(request),
          traceparent,
        },
        seed: request.headers.get(EVENT_ID_SEED_HEADER),
        redaction,
        stampKey: runtime.stampKey,
        receivedMicros,
        now: runtime.context.now(),
      };
      const { containersMax } = runtime.bodies;
      const task = { protocol: "events" as const, body: bytes, input, containersMax };
      const read = await runtime.eventReader.read(task, isPaceLow);
      if (!read.ok) {
        if ("unknown" in read && read.unknown) {
          /*
           * If the project has redaction rules, the data of an event of an unknown source is not stored: the rules name
           * paths of known sources only.
           */
          const data = redaction ? {} : read.unknown.data;
          const unknown = { name: read.unknown.name, data, reason: read.error };
          await withTimeLimit(answerWithinMs, storeUnknownEventAsRejected(runtime.context, sender, unknown));
        }
        return toResponse(makeFailedReply(read.status, read.error));
      }
      await withTimeLimit(answerWithinMs, limitEventRate(runtime, sender, read.count));
      return toResponse(await withTimeLimit(answerWithinMs, runtime.forward(read.events, read.seed)));
    });
  } catch (error) {
    return toResponse(makeReplyForError(runtime, error));
  }
}

function toResponse({ status, body, retryAfterSeconds }: SendEventsReply): Response {
  return Response.json(body, {
    status,
    headers: retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {},
  });
}
