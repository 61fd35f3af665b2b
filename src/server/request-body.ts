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
    const chunks = new Chunks(announced ?? 0);
    await read(request, withinMs, (chunk) => {
      onSize(chunks.size + chunk.byteLength);
      chunks.add(chunk);
      return pace?.(chunk.byteLength);
    });
    return await use(chunks.whole());
  } finally {
    reservation.release();
  }
}

/** Returns the length in Content-Length; null for a body that comes in chunks. */
export function announcedBytes(request: Request): number | null {
  const value = request.headers.get("content-length");
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** @param onChunk the next chunk is read when it resolves */
async function read(
  request: Request,
  withinMs: number,
  onChunk: (chunk: Uint8Array) => Promise<void> | undefined,
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
      await onChunk(value);
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

/**
 * The chunks of a body. A chunk is copied to its place when it arrives, if the length was announced. To join 28 MB at the
 * end held the event loop for 17 ms and took the memory twice, and seven bodies of a project ended at the same moment.
 */
class Chunks {
  readonly #announced: Buffer<ArrayBuffer>;
  #filled = 0;
  /** chunks of a body without an announced length */
  readonly #further: Uint8Array[] = [];
  #size = 0;

  constructor(announced: number) {
    this.#announced = Buffer.allocUnsafeSlow(announced);
  }

  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    if (this.#size > this.#announced.byteLength) this.#further.push(chunk);
    else {
      this.#announced.set(chunk, this.#filled);
      this.#filled = this.#size;
    }
  }

  whole(): Uint8Array<ArrayBuffer> {
    const filled = this.#announced.subarray(0, this.#filled);
    return this.#further.length === 0 ? filled : Buffer.concat([filled, ...this.#further]);
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
