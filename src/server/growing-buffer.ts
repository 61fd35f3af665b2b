const FIRST_BYTES = 64 * 1024;
/**
 * The sizes of the buffer as it grows. A longer body gets room for the longest allowed one at once. That costs little,
 * because the system provides the pages only as bytes arrive.
 */
const STEPS_BYTES = [FIRST_BYTES, 1_048_576, 8 * 1_048_576];

/**
 * Collects the chunks of a body in one buffer. Joining the chunks of 28 MB at the end would block the event loop for 17
 * ms and take twice the memory.
 * @param expected the announced bytes of the body; 0 if unknown
 */
export class GrowingBuffer {
  readonly #bytesMax: number;
  #buffer: Buffer<ArrayBuffer>;
  #size = 0;

  constructor({ expected, bytesMax }: { expected: number; bytesMax: number }) {
    this.#bytesMax = bytesMax;
    this.#buffer = Buffer.allocUnsafeSlow(expected);
  }

  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    const size = this.#size + chunk.byteLength;
    if (size > this.#buffer.byteLength) {
      const larger = Buffer.allocUnsafeSlow(
        STEPS_BYTES.find((step) => step >= size && step <= this.#bytesMax) ?? Math.max(this.#bytesMax, size),
      );
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#size);
    this.#size = size;
  }

  /** The bytes that were added so far. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#size);
  }
}
