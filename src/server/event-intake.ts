import { DEPTH_HEADER } from "@/domain/action/webhook/headers";
import { isTransientDatabaseError } from "./db/errors";
import { AppError, httpStatusOf } from "./errors";
import { eventIds, EVENT_LIMITS, parseEventRequest } from "./engine/event-endpoint";
import { unavailableFrom } from "./engine/unavailable";
import { readEventBody } from "./event-body";
import { refusal, type Forwarded } from "./forwarded";
import { heapBytesOf, SMALL_BYTES } from "./bytes-in-flight";
import { requestSeed } from "./event-seed";
import { receiptOf } from "./receipt";
import { announcedBytes, withBody } from "./request-body";
import type { Runtime } from "./runtime";
import { authenticateEventKey } from "./services/event-keys";
import { DEPTH_MAX, stampEvents } from "./services/events";

export const SEED_HEADER = "x-inngest-event-id-seed";

/** A sender is told by then that a database accepts connections and does not answer, ms. */
const ANSWER_WITHIN_MS = 20_000;
const RETRY_SECONDS = 5;

/** A sender that uploads more slowly holds memory that others need. */
const BODY_WITHIN_MS = 60_000;
/** How long a body may wait for its turn to be parsed. */
const TURN_WITHIN_MS = 15_000;

export type IntakeRuntime = Pick<
  Runtime,
  "context" | "stampKey" | "forward" | "overload" | "rates" | "bodies" | "isPaceLow"
>;

/** Events a second and in one burst. Generous: they are there for a sender that has gone wild. */
const KEY_RATE = { perSecond: 5_000, burst: 100_000 };
const PROJECT_RATE = { perSecond: 10_000, burst: 200_000 };

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
    const sender = await within(answerWithinMs, authenticateEventKey(runtime.context, key));
    if (!sender)
      throw new AppError(
        "UNAUTHORIZED",
        "This event key is not known, or was revoked. Create one under Settings → Event keys.",
      );
    // Before the body is read: to send away must cost little.
    const overload = runtime.overload();
    if (overload) return toResponse(overload);
    const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
    if (encoding !== "identity")
      return toResponse(
        failed(415, `The body is encoded as ${encoding.slice(0, 50)}, which is not read here; send it as it is.`),
      );
    const depth = depthOf(request);
    return await withEventBody(runtime, request, sender, async (bytes) => {
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

type Sender = { projectId: string; keyId: string };

/** Reads the body and hands it to `use`, both within what this process, the project and the key may hold at once. */
function withEventBody<T>(
  { bodies }: IntakeRuntime,
  request: Request,
  { projectId, keyId }: Sender,
  use: (body: Uint8Array) => Promise<T>,
): Promise<T> {
  const announced = announcedBytes(request);
  const { reading, working } = announced !== null && announced <= SMALL_BYTES ? bodies.smallEvents : bodies.largeEvents;
  const owners = [
    { name: `project:${projectId}`, label: "This project", share: 1 / 2 },
    { name: `key:${keyId}`, label: "This event key", share: 1 / 3 },
  ];
  const options = { budget: reading, owners, bytesMax: EVENT_LIMITS.requestBytesMax, withinMs: BODY_WITHIN_MS };
  return withBody(request, options, (body) => {
    const { weight, containers } = heapBytesOf(body);
    if (containers > bodies.containersMax)
      throw new AppError(
        "PAYLOAD_TOO_LARGE",
        `The request holds ${containers} objects and lists, and this server can hold ${bodies.containersMax}; send fewer events at once.`,
      );
    return working.run(weight, TURN_WITHIN_MS, () => use(body));
  });
}

class Late extends Error {}

/** Resolves as the promise does, or rejects with Late. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Late()), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A webhook of ours carries how many of ours led to it; passed on by the receiver, it cuts a loop. */
function depthOf(request: Request): number {
  const value = Number(request.headers.get(DEPTH_HEADER) ?? 0);
  const depth = Number.isInteger(value) && value > 0 ? value : 0;
  if (depth > DEPTH_MAX) {
    throw new AppError(
      "BAD_REQUEST",
      `${DEPTH_HEADER} is ${depth}: this event was caused by a chain of more than ${DEPTH_MAX} of our own webhooks, which would not end.`,
    );
  }
  return depth;
}

async function limitRate({ rates }: IntakeRuntime, { projectId, keyId }: Sender, count: number): Promise<void> {
  const taken = await rates.take(
    [
      { name: `key:${keyId}`, rate: KEY_RATE },
      { name: `project:${projectId}`, rate: PROJECT_RATE },
    ],
    count,
  );
  if (!taken.ok)
    throw new AppError(
      "TOO_MANY_REQUESTS",
      "Too many events at once; nothing of this request was accepted. Send it again later.",
      taken,
    );
}

function failure(runtime: IntakeRuntime, error: unknown): Forwarded {
  if (error instanceof AppError && error.code !== "INTERNAL") {
    if (error.code === "ABORTED") runtime.context.log.debug({ err: error.cause }, "a sender of events left");
    const { retryAfterSeconds } = error;
    return { ...failed(httpStatusOf[error.code], error.message), ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
  }
  // JSON that parses can be nested deeper than a recursion over it can follow.
  if (error instanceof RangeError) return failed(400, "An event is nested too deeply; keep it below 1,000 levels.");
  runtime.context.log.error({ err: error }, "the event endpoint failed");
  // A commit may have come through whose answer did not: that is why neither says that nothing was accepted.
  if (error instanceof Late)
    return again("The database does not answer; send the events again. With the same id seed none is taken twice");
  const unavailable = unavailableFrom(driverError(error));
  if (unavailable) return refusal(unavailable);
  if (isTransientDatabaseError(error))
    return again(
      "The database does not work right now; send the events again. With the same id seed none is taken twice",
    );
  // What threw may have thrown behind the commit.
  return failed(500, "Something went wrong here; send the events again. With the same id seed none is taken twice.");
}

/** What PostgreSQL itself answered, where Prisma hides it in its own error. */
function driverError(error: unknown): Error | undefined {
  const { meta } = error as {
    meta?: { driverAdapterError?: { cause?: { originalCode?: string; originalMessage?: string } } };
  };
  const cause = meta?.driverAdapterError?.cause;
  return cause?.originalCode === undefined
    ? undefined
    : Object.assign(new Error(cause.originalMessage), { code: cause.originalCode });
}

const failed = (status: number, error: string): Forwarded => ({ status, body: { ids: [], status, error } });
const again = (message: string): Forwarded => refusal({ status: 503, message, retryAfterSeconds: RETRY_SECONDS });

function toResponse({ status, body, retryAfterSeconds }: Forwarded): Response {
  return Response.json(body, {
    status,
    headers: retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {},
  });
}
