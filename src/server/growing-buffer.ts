const FIRST_BYTES = 64 * 1024;
/**
 * After a first megabyte a body is likely to be large. Its memory is taken at once, and pages are used as it arrives.
 */
const STEPS_BYTES = [FIRST_BYTES, 1_048_576, 8 * 1_048_576];

/**
 * Collects the bytes of a body, each chunk at its place. To join the chunks of 28 MB at the end held the event loop for
 * 17 ms and took the memory twice.
 * @param expected bytes of the body, as announced; 0: unknown
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

  /** What was added so far. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#size);
  }
}
