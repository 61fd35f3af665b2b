import { AppError } from "./errors";
import type { ByteBudgetOwner, BytesInFlight } from "./bytes-in-flight";
import { GrowingBuffer } from "./growing-buffer";

type BodyLimits = {
  /** the most bytes of one body */
  bytesMax: number;
  /** how long the sender may take, ms */
  withinMs: number;
};

export type BodyOptions = BodyLimits & { budget: BytesInFlight; owners: readonly ByteBudgetOwner[] };

/** The room in memory that a body takes. */
export type BodyRoom = {
  /**
   * Makes room for a body of this many bytes. Until a returned promise resolves, nothing more of the body is read.
   * @throws AppError TOO_MANY_REQUESTS or UNAVAILABLE if there is no room
   */
  hold(bytes: number): Promise<void> | void;
  release(): void;
};

/**
 * Reads the body of a request and passes it to `use`, as `withRequestBodyInRoom` does. A body without room is refused
 * at once.
 */
export function withRequestBody<T>(
  request: Request,
  { budget, owners, ...limits }: BodyOptions,
  use: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const reservation = budget.reserve(owners, 0);
  let held = 0;
  const hold = (bytes: number): void => {
    if (bytes <= held) return;
    reservation.grow(bytes - held);
    held = bytes;
  };
  return withRequestBodyInRoom(request, { ...limits, room: { hold, release: reservation.release } }, use);
}

type RoomOptions = BodyLimits & {
  room: BodyRoom;
  /** gets the bytes of each chunk; the next chunk is read once it resolves; without it there is no delay */
  pace?: (bytes: number) => Promise<void>;
};

/**
 * Reads the body of a request and passes it to `use`. Its bytes count as in flight from before the first byte is read
 * until `use` has ended. An announced length counts at once; other bytes count as they arrive.
 * @throws AppError PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS, UNAVAILABLE, REQUEST_TIMEOUT, or ABORTED if the sender left
 */
export async function withRequestBodyInRoom<T>(
  request: Request,
  { room, bytesMax, withinMs, pace }: RoomOptions,
  use: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  try {
    const announced = announcedBodyBytes(request) ?? 0;
    if (announced > bytesMax) throw bodyTooLargeError(bytesMax);
    await room.hold(announced);
    const gathered = new GrowingBuffer({ expected: announced, bytesMax });
    await readInto(gathered, request, { room, bytesMax, withinMs, ...(pace ? { pace } : {}) });
    return await use(gathered.bytes);
  } finally {
    room.release();
  }
}

/** Returns the length in Content-Length; null for a body that comes in chunks. */
export function announcedBodyBytes(request: Request): number | null {
  const value = request.headers.get("content-length");
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

async function readInto(
  gathered: GrowingBuffer,
  request: Request,
  { room, bytesMax, withinMs, pace }: RoomOptions,
): Promise<void> {
  const reader = request.body?.getReader();
  if (!reader) return;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel().catch(() => undefined);
  }, withinMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate) throw late(withinMs);
      if (done) return;
      const size = gathered.size + value.byteLength;
      if (size > bytesMax) throw bodyTooLargeError(bytesMax);
      const waiting = room.hold(size);
      if (waiting) await waiting;
      gathered.add(value);
      await pace?.(value.byteLength);
    }
  } catch (error) {
    if (isLate) throw late(withinMs);
    if (error instanceof AppError) {
      void reader.cancel().catch(() => undefined);
      throw error;
    }
    throw new AppError("ABORTED", "The sender left before the request was complete.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

export const bodyTooLargeError = (bytesMax: number): AppError =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    bytesMax % 1_048_576 === 0
      ? `The request is larger than ${bytesMax / 1_048_576} MiB.`
      : `The request is larger than ${bytesMax / 1024} KiB.`,
  );

const late = (withinMs: number): AppError =>
  new AppError("REQUEST_TIMEOUT", `The body of the request did not arrive within ${withinMs / 1_000} s.`);
