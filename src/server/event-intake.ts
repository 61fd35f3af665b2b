import { DEPTH_HEADER } from "@/domain/action/webhook/headers";
import { AppError, httpStatusOf } from "./errors";
import { eventIds, EVENT_LIMITS, parseEventRequest } from "./engine/event-endpoint";
import { readBodyWithin } from "./request-checks";
import { createRateLimiter } from "./rate-limit";
import type { Runtime } from "./runtime";
import { authenticateEventKey } from "./services/event-keys";
import { DEPTH_MAX, mayHoldBadText, stampEvents } from "./services/events";

const SEED_HEADER = "x-inngest-event-id-seed";

/** Events a second and in one burst. Generous: they are there for a sender that has gone wild. */
const perKey = createRateLimiter({ perSecond: 5_000, burst: 100_000, now: Date.now });
const perProject = createRateLimiter({ perSecond: 10_000, burst: 200_000, now: Date.now });

/**
 * Takes a request to the event endpoint: authenticates the key, checks the envelope, stamps project and key, and hands
 * the events to the engine in use. Answers as Inngest's endpoint does: `{ids, status}`, or `{ids: [], status, error}`.
 * Nothing of a refused request is stored.
 */
export async function receiveEvents(runtime: Pick<Runtime, "context" | "stampKey" | "forward">, request: Request, key: string): Promise<Response> {
  try {
    const sender = await authenticateEventKey(runtime.context, key);
    if (!sender) throw new AppError("UNAUTHORIZED", "This event key is not known, or was revoked. Create one under Settings → Event keys.");
    const depth = depthOf(request);
    const raw = await readText(request);
    const now = runtime.context.now();
    const parsed = parseEventRequest(raw);
    if (!parsed.ok) return answer(parsed.status, { ids: [], status: parsed.status, error: parsed.error });
    limitRate(sender, parsed.events.length);

    const seed = request.headers.get(SEED_HEADER) ?? newSeed(now);
    const events = stampEvents({
      sender: { ...sender, depth },
      events: parsed.events,
      ids: eventIds(parsed.events.length, seed, now.getTime()),
      suspicious: mayHoldBadText(raw),
      stampKey: runtime.stampKey,
      now,
    });
    const { status, body } = await runtime.forward(events, seed);
    return answer(status, body);
  } catch (error) {
    return refuse(runtime, error);
  }
}

/** A webhook of ours carries how many of ours led to it; passed on by the receiver, it cuts a loop. */
function depthOf(request: Request): number {
  const value = Number(request.headers.get(DEPTH_HEADER) ?? 0);
  const depth = Number.isInteger(value) && value > 0 ? value : 0;
  if (depth > DEPTH_MAX) {
    throw new AppError("BAD_REQUEST", `${DEPTH_HEADER} is ${depth}: this event was caused by a chain of more than ${DEPTH_MAX} of our own webhooks, which would not end.`);
  }
  return depth;
}

function limitRate(sender: { projectId: string; keyId: string }, count: number): void {
  for (const taken of [perKey.take(sender.keyId, count), perProject.take(sender.projectId, count)]) {
    if (!taken.ok) throw new AppError("TOO_MANY_REQUESTS", "Too many events at once; nothing of this request was accepted. Send it again later.", taken);
  }
}

async function readText(request: Request): Promise<string> {
  const bytes = await readBodyWithin(request, EVENT_LIMITS.requestBytesMax);
  if (bytes) return Buffer.from(bytes.buffer).toString("utf8");
  throw new AppError("PAYLOAD_TOO_LARGE", `The request is larger than ${EVENT_LIMITS.requestBytesMax / 1_048_576} MiB; send fewer events at once.`);
}

/** The protocol's seed (`<epoch ms>,<10 random bytes>`), for senders that bring none. */
function newSeed(now: Date): string {
  return `${now.getTime()},${Buffer.from(crypto.getRandomValues(new Uint8Array(10))).toString("base64")}`;
}

function refuse(runtime: Pick<Runtime, "context">, error: unknown): Response {
  if (error instanceof AppError && error.code !== "INTERNAL") {
    const status = httpStatusOf[error.code];
    const headers: Record<string, string> = error.retryAfterSeconds ? { "retry-after": String(error.retryAfterSeconds) } : {};
    return answer(status, { ids: [], status, error: error.message }, headers);
  }
  // JSON that parses can be nested deeper than a recursion over it can follow.
  if (error instanceof RangeError) return answer(400, { ids: [], status: 400, error: "An event is nested too deeply; keep it below 1,000 levels." });
  runtime.context.log.error({ err: error }, "the event endpoint failed");
  return answer(500, { ids: [], status: 500, error: "Something went wrong here; nothing was accepted. Send it again." });
}

const answer = (status: number, body: object, headers: Record<string, string> = {}): Response => Response.json(body, { status, headers });
