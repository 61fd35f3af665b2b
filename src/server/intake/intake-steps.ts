import { WEBHOOK_DEPTH_HEADER } from "@/domain/action/webhook/delivery-headers";
import { estimateHeapBytesOfJsonBody, MEDIUM_BODY_BYTES_MAX, SMALL_BODY_BYTES_MAX } from "../body-budgets";
import type { ByteBudgetOwner } from "../byte-budget";
import { isTransientDatabaseError } from "../db/transient-errors";
import { makeUnavailableError } from "../engine/unavailable";
import { AppError, httpStatusOf } from "../errors";
import { makeReplyForUnavailableEngine, type SendEventsReply } from "../engine-reply";
import { readAnnouncedBodyBytes, withRequestBodyInReservedMemory, type BodyMemoryReservation } from "../request-body";
import type { Runtime } from "../runtime";
import { authenticateEventKey } from "../services/event-keys/authenticate-event-key";
import { WEBHOOK_DEPTH_MAX } from "../services/redact-and-stamp-events";
import type { TraceSpan } from "../tracing";
import type { ContentEncoding } from "../content-encoding";
import { unpackBody } from "./unpack-body";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

// The parts of the program that every endpoint for events needs.

export type IntakeRuntime = Pick<
  Runtime,
  "context" | "stampKey" | "forward" | "overload" | "rates" | "bodies" | "isPaceLow" | "eventReader"
>;

const RETRY_SECONDS = 5;

/**
 * The rate limit of one event key: events a second, and events at once. It only stops a sender that is out of control.
 */
const KEY_RATE = { perSecond: 5_000, burst: 100_000 };
const PROJECT_RATE = { perSecond: 10_000, burst: 200_000 };

export type AuthenticatedSender = { projectId: string; keyId: string; llmSpansOnly?: boolean };

/**
 * Finds the project of an event key in the database.
 * @throws AppError UNAUTHORIZED for an unknown key, FORBIDDEN for the key of a deleted project, or Late if the database
 * does not answer in time
 */
export async function authenticateSender(
  runtime: IntakeRuntime,
  key: string,
  withinMs: number,
): Promise<AuthenticatedSender> {
  const sender = await withTimeLimit(withinMs, authenticateEventKey(runtime.context, key));
  if (sender) return sender;
  throw new AppError(
    "UNAUTHORIZED",
    "This event key is not known, or was revoked. Create one under Settings → Event keys.",
  );
}

/**
 * Begins the tracing span of a request with events. Its parent is the span in the request's headers. Undefined if
 * tracing is off.
 */
export const startIntakeSpan = ({ context }: IntakeRuntime, request: Request): TraceSpan | undefined =>
  context.tracing?.start("receive events", { kind: "server", parent: request.headers.get("traceparent") });

type BodyLimits = {
  bytesMax: number;
  /** How long the upload may take, in ms. A slower sender holds memory that others need. */
  bodyWithinMs: number;
  /** How long a large request may wait for memory before its body is read, in ms. */
  roomWithinMs: number;
  /** How long a body may wait for its turn to be processed, in ms. */
  turnWithinMs: { small: number; large: number };
  /** The compression of the body; by default none. `bytesMax` limits both the compressed and the uncompressed size. */
  encoding?: ContentEncoding;
};

/**
 * Reads the body of a request with events and passes it to `use`. Reading and processing wait until the memory limits
 * of the process, the project and the key allow them.
 */
export function readEventBodyInTurn<T>(
  { bodies }: IntakeRuntime,
  { request, sender, limits }: { request: Request; sender: AuthenticatedSender; limits: BodyLimits },
  use: (body: Uint8Array) => Promise<T>,
): Promise<T> {
  const { projectId, keyId } = sender;
  const owners = [
    { name: `project:${projectId}`, label: "This project", share: 1 / 2 },
    { name: `key:${keyId}`, label: "This event key", share: 1 / 3 },
  ];
  const { bytesMax, bodyWithinMs, encoding = "identity" } = limits;
  const announced = readAnnouncedBodyBytes(request);
  const isLengthKnown = announced !== null && encoding === "identity";
  const room = roomForEvents(bodies, owners, { ...limits, isLengthKnown });
  const isSmall = announced !== null && announced <= SMALL_BODY_BYTES_MAX;
  const options = {
    ...{ room, bytesMax, withinMs: bodyWithinMs },
    ...(isSmall ? {} : { pace: paceOf(bodies, projectId) }),
  };
  return withRequestBodyInReservedMemory(request, options, async (sent) => {
    const hold = (bytes: number) => room.hold(sent.byteLength + bytes);
    const body = await unpackBody(sent, encoding, { bytesMax, hold });
    return useInTurn(bodies, { projectId, limits, body }, () => use(body));
  });
}

/**
 * Makes the memory reservation of one body, compressed and uncompressed. A body up to a megabyte counts among small
 * bodies, which large ones cannot keep out. A body without an announced length, or a compressed one, reserves memory
 * for the longest body as soon as it exceeds a medium one. So no more large bodies begin than can finish.
 */
function roomForEvents(
  { smallEvents, largeEvents }: IntakeRuntime["bodies"],
  owners: readonly ByteBudgetOwner[],
  { isLengthKnown, bytesMax, roomWithinMs }: Pick<BodyLimits, "bytesMax" | "roomWithinMs"> & { isLengthKnown: boolean },
): BodyMemoryReservation {
  const small = smallEvents.reading.reserve(owners, 0);
  const large = largeEvents.reading.reserve(owners, 0);
  let held = 0;
  const hold = (bytes: number): Promise<void> | void => {
    if (bytes <= held) return;
    const isLarge = bytes > SMALL_BODY_BYTES_MAX;
    const next = isLengthKnown || bytes <= MEDIUM_BODY_BYTES_MAX ? bytes : Math.max(bytes, bytesMax);
    const more = next - (isLarge && held <= SMALL_BODY_BYTES_MAX ? 0 : held);
    if (!isLarge) small.grow(more);
    held = next;
    if (!isLarge) return;
    small.release();
    return large.growWithin(more, roomWithinMs);
  };
  const release = (): void => {
    small.release();
    large.release();
  };
  return { hold, release };
}

const paceOf =
  ({ largeEvents }: IntakeRuntime["bodies"], projectId: string) =>
  (bytes: number): Promise<void> =>
    largeEvents.pace.spend(projectId, bytes);

/**
 * Runs `use` when it is the body's turn. Bodies above 8 MB are processed one by one, smaller ones side by side within a
 * memory limit.
 */
function useInTurn<T>(
  { smallEvents, largeEvents }: IntakeRuntime["bodies"],
  { projectId, limits, body }: { projectId: string; limits: BodyLimits; body: Uint8Array },
  use: () => Promise<T>,
): Promise<T> {
  const { turnWithinMs } = limits;
  const weight = estimateHeapBytesOfJsonBody(body);
  // Small bodies take at most a few milliseconds, so they keep the order of their arrival.
  if (body.byteLength <= SMALL_BODY_BYTES_MAX)
    return smallEvents.working.run({ owner: "all", weight, withinMs: turnWithinMs.small }, use);
  const gate = body.byteLength <= MEDIUM_BODY_BYTES_MAX ? largeEvents.workingMedium : largeEvents.working;
  return gate.run({ owner: projectId, weight, withinMs: turnWithinMs.large }, use);
}

class Late extends Error {
  constructor(ms: number) {
    super(`The database did not answer within ${ms / 1_000} s.`);
  }
}

/** Resolves as the given promise does, or rejects with Late after `ms`. */
export async function withTimeLimit<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Late(ms)), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Returns how many webhooks of this program led to this request, from a header that receivers pass on; 0 without a
 * valid one.
 * @throws AppError BAD_REQUEST above WEBHOOK_DEPTH_MAX, which ends a loop of webhooks
 */
export function readWebhookDepth(request: Request): number {
  const value = Number(request.headers.get(WEBHOOK_DEPTH_HEADER) ?? 0);
  const depth = Number.isInteger(value) && value > 0 ? value : 0;
  if (depth > WEBHOOK_DEPTH_MAX) {
    throw new AppError(
      "BAD_REQUEST",
      `${WEBHOOK_DEPTH_HEADER} is ${depth}: this event was caused by a chain of more than ${WEBHOOK_DEPTH_MAX} of ` +
        "our own webhooks, which would not end.",
    );
  }
  return depth;
}

export async function limitEventRate(
  { rates }: IntakeRuntime,
  { projectId, keyId }: AuthenticatedSender,
  count: number,
): Promise<void> {
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

export function makeReplyForError(runtime: IntakeRuntime, error: unknown): SendEventsReply {
  if (error instanceof AppError && error.code !== "INTERNAL") {
    if (error.code === "ABORTED") runtime.context.log.debug({ err: error.cause }, "a sender of events left");
    const { retryAfterSeconds } = error;
    return {
      ...makeFailedReply(httpStatusOf[error.code], error.message),
      ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
    };
  }
  // Parsed JSON may be nested too deeply for a recursive function.
  if (error instanceof RangeError)
    return makeFailedReply(400, "An event is nested too deeply; keep it below 1,000 levels.");
  const passing = passingRefusal(error);
  if (passing) {
    warnOnceAMinute(
      runtime.context.log,
      { err: error },
      "events were refused with 503, because the database did not work",
    );
    return passing;
  }
  runtime.context.log.error({ err: error }, "the event endpoint failed");
  // The error may have come after the commit, so the message does not say that nothing was stored.
  return makeFailedReply(
    500,
    "Something went wrong here; send the events again. With the same id seed none is taken twice.",
  );
}

/**
 * Makes the answer for a temporary failure; null for any other one. The commit may have succeeded without an answer, so
 * no message says that nothing was stored.
 */
function passingRefusal(error: unknown): SendEventsReply | null {
  if (error instanceof Late)
    return again("The database does not answer; send the events again. With the same id seed none is taken twice");
  const unavailable = makeUnavailableError(driverError(error));
  if (unavailable) return makeReplyForUnavailableEngine(unavailable);
  return isTransientDatabaseError(error)
    ? again("The database does not work right now; send the events again. With the same id seed none is taken twice")
    : null;
}

/** Returns PostgreSQL's own error from inside of an error of Prisma; undefined if it holds none. */
function driverError(error: unknown): Error | undefined {
  const { meta } = error as {
    meta?: { driverAdapterError?: { cause?: { originalCode?: string; originalMessage?: string } } };
  };
  const cause = meta?.driverAdapterError?.cause;
  return cause?.originalCode === undefined
    ? undefined
    : Object.assign(new Error(cause.originalMessage), { code: cause.originalCode });
}

export const makeFailedReply = (status: number, error: string): SendEventsReply => ({
  status,
  body: { ids: [], status, error },
});
const again = (message: string): SendEventsReply =>
  makeReplyForUnavailableEngine({ status: 503, message, retryAfterSeconds: RETRY_SECONDS });
