import { AppError } from "./errors";
import type { ByteOwner, BytesInFlight } from "./bytes-in-flight";

export type BodyOptions = {
  budget: BytesInFlight;
  owners: readonly ByteOwner[];
  /** the most bytes of one body */
  bytesMax: number;
  /** how long the sender may take, ms */
  withinMs: number;
  /** how long the request may wait for room before its body is read, ms; 0 by default, which refuses it at once */
  roomWithinMs?: number;
  /** gets the bytes of each chunk; the next chunk is read once it resolves; without it there is no delay */
  pace?: (bytes: number) => Promise<void>;
};

/**
 * Reads the body of a request and passes it to `use`. Its bytes count as in flight from before the first byte is read
 * until `use` has ended. An announced length counts at once; other bytes count as they arrive.
 * @throws AppError PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS, UNAVAILABLE, REQUEST_TIMEOUT, or ABORTED if the sender left
 */
export async function withBody<T>(
  request: Request,
  options: BodyOptions,
  use: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const { budget, owners, bytesMax, withinMs, roomWithinMs = 0, pace } = options;
  const announced = announcedBytes(request);
  if (announced !== null && announced > bytesMax) throw tooLarge(bytesMax);
  const reservation = await budget.reserveWithin(owners, announced ?? 0, roomWithinMs);
  try {
    let reserved = announced ?? 0;
    const onSize = (size: number): void => {
      if (size > bytesMax) throw tooLarge(bytesMax);
      if (size <= reserved) return;
      reservation.grow(size - reserved);
      reserved = size;
    };
    const body = await read(request, withinMs, onSize, pace);
    return await use(body);
  } finally {
    reservation.release();
  }
}

/** Returns the length in Content-Length; null for a body that comes in chunks. */
export function announcedBytes(request: Request): number | null {
  const value = request.headers.get("content-length");
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

async function read(
  request: Request,
  withinMs: number,
  onSize: (size: number) => void,
  pace?: (bytes: number) => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array(0);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel().catch(() => undefined);
  }, withinMs);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate) throw late(withinMs);
      if (done) return Buffer.concat(chunks);
      onSize((size += value.byteLength));
      chunks.push(value);
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

export const tooLarge = (bytesMax: number): AppError =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    bytesMax % 1_048_576 === 0
      ? `The request is larger than ${bytesMax / 1_048_576} MiB.`
      : `The request is larger than ${bytesMax / 1024} KiB.`,
  );

const late = (withinMs: number): AppError =>
  new AppError("REQUEST_TIMEOUT", `The body of the request did not arrive within ${withinMs / 1_000} s.`);
