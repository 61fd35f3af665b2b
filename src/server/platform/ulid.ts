import { randomBytes } from "node:crypto";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ENTROPY_BYTES = 10;

/**
 * Encodes a ULID of 26 characters in Crockford's base 32: 48 bits of time (ms since 1970) and 80 random bits. ULIDs
 * sort by time.
 */
export function encodeUlid(millis: number, entropy: Uint8Array): string {
  let text = "";
  let time = millis;
  for (let digit = 0; digit < 10; digit++) {
    text = (CROCKFORD[time % 32] ?? "") + text;
    time = Math.floor(time / 32);
  }
  // Five bytes give eight base-32 digits.
  for (const start of [0, 5]) {
    const high = ((entropy[start] ?? 0) << 12) | ((entropy[start + 1] ?? 0) << 4) | ((entropy[start + 2] ?? 0) >> 4);
    const low = (((entropy[start + 2] ?? 0) & 15) << 16) | ((entropy[start + 3] ?? 0) << 8) | (entropy[start + 4] ?? 0);
    for (const part of [high, low]) {
      for (const shift of [15, 10, 5, 0]) text += CROCKFORD[(part >> shift) & 31] ?? "";
    }
  }
  return text;
}

/** Returns the random part of the n-th ULID in a series: n is added to the last four bytes of the first. */
export function makeUlidEntropyOfNthId(base: Uint8Array, number: number): Uint8Array {
  const entropy = Buffer.from(base);
  entropy.writeUInt32BE((entropy.readUInt32BE(6) + number) >>> 0, 6);
  return entropy;
}

export function makeUlidEntropy(): Buffer {
  return randomBytes(ENTROPY_BYTES);
}

/**
 * Makes a function that makes ULIDs. Each one sorts after the one before, even within a millisecond or after the clock
 * was set back.
 */
export function createUlidMaker(now: () => number): () => string {
  let last = -1;
  let base = makeUlidEntropy();
  let number = 0;
  return () => {
    const time = now();
    if (time > last) {
      last = time;
      base = makeUlidEntropy();
      // The highest bit of the random part stays 0, so that counting up never overflows.
      base[6] = (base[6] ?? 0) & 0x7f;
      number = 0;
    }
    return encodeUlid(last, makeUlidEntropyOfNthId(base, number++));
  };
}
