import { AppError } from "./errors";
import type { ByteBudgetOwner, ByteBudget } from "./byte-budget";
import { GrowingBuffer } from "./growing-buffer";

type BodyLimits = {
  /** The most bytes of the body. */
  bytesMax: number;
  /** How long the sender may take for the whole body, in ms. */
  withinMs: number;
};

export type BodyOptions = BodyLimits & { budget: ByteBudget; owners: readonly ByteBudgetOwner[] };

/** Reserves memory for a body while it is read. */
export type BodyMemoryReservation = {
  /**
   * Reserves memory for a body of this many bytes in total. Reading stops until a returned promise resolves.
   * @throws AppError TOO_MANY_REQUESTS or UNAVAILABLE if there is no memory
   */
  hold(bytes: number): Promise<void> | void;
  release(): void;
};

/**
 * Reads the body of a request and passes it to `use`. A body that gets no memory at once is refused. See
 * `withRequestBodyInReservedMemory`.
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
  return withRequestBodyInReservedMemory(request, { ...limits, room: { hold, release: reservation.release } }, use);
}

type RoomOptions = BodyLimits & {
  room: BodyMemoryReservation;
  /** Receives the bytes of each chunk, and delays the next chunk until it resolves. Without it there is no delay. */
  pace?: (bytes: number) => Promise<void>;
};

/**
 * Reads the body of a request and passes it to `use`. The body's memory is reserved before it is read, and freed when
 * `use` has ended. An announced length is reserved at once, other bytes as they arrive.
 * @throws AppError PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS, UNAVAILABLE, REQUEST_TIMEOUT, or ABORTED if the sender left
 */
export async function withRequestBodyInReservedMemory<T>(
  request: Request,
  { room, bytesMax, withinMs, pace }: RoomOptions,
  use: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  try {
    const announced = readAnnouncedBodyBytes(request) ?? 0;
    if (announced > bytesMax) throw makeBodyTooLargeError(bytesMax);
    await room.hold(announced);
    const gathered = new GrowingBuffer({ expected: announced, bytesMax });
    await readInto(gathered, request, { room, bytesMax, withinMs, ...(pace ? { pace } : {}) });
    return await use(gathered.bytes);
  } finally {
    room.release();
  }
}

/** Returns the number in the header Content-Length; null for a body of unannounced length. */
export function readAnnouncedBodyBytes(request: Request): number | null {
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
      if (size > bytesMax) throw makeBodyTooLargeError(bytesMax);
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

export const makeBodyTooLargeError = (bytesMax: number): AppError =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    bytesMax % 1_048_576 === 0
      ? `The request is larger than ${bytesMax / 1_048_576} MiB.`
      : `The request is larger than ${bytesMax / 1024} KiB.`,
  );

const late = (withinMs: number): AppError =>
  new AppError("REQUEST_TIMEOUT", `The body of the request did not arrive within ${withinMs / 1_000} s.`);
