/*
 * Operations on bitmaps. The matcher spends most of its time in them. Each round of a loop handles four words, which
 * halves the time. So bitmaps have a multiple of four words. The length of the first operand counts; others may be
 * longer.
 */

/** The words that one round of a loop handles. */
export const BITMAP_WORDS_PER_ROUND = 4;

/** target &= bits */
export function intersectBits(target: Int32Array, bits: Int32Array): void {
  for (let word = 0; word < target.length; word += BITMAP_WORDS_PER_ROUND) {
    target[word]! &= bits[word]!;
    target[word + 1]! &= bits[word + 1]!;
    target[word + 2]! &= bits[word + 2]!;
    target[word + 3]! &= bits[word + 3]!;
  }
}

/** target &= left & right */
export function intersectBitsWithBoth(target: Int32Array, left: Int32Array, right: Int32Array): void {
  for (let word = 0; word < target.length; word += BITMAP_WORDS_PER_ROUND) {
    target[word]! &= left[word]! & right[word]!;
    target[word + 1]! &= left[word + 1]! & right[word + 1]!;
    target[word + 2]! &= left[word + 2]! & right[word + 2]!;
    target[word + 3]! &= left[word + 3]! & right[word + 3]!;
  }
}

/** target &= ~bits */
export function removeBits(target: Int32Array, bits: Int32Array): void {
  for (let word = 0; word < target.length; word += BITMAP_WORDS_PER_ROUND) {
    target[word]! &= ~bits[word]!;
    target[word + 1]! &= ~bits[word + 1]!;
    target[word + 2]! &= ~bits[word + 2]!;
    target[word + 3]! &= ~bits[word + 3]!;
  }
}

/** target &= ~(left ^ right) */
export function removeDifferingBits(target: Int32Array, left: Int32Array, right: Int32Array): void {
  for (let word = 0; word < target.length; word += BITMAP_WORDS_PER_ROUND) {
    target[word]! &= ~(left[word]! ^ right[word]!);
    target[word + 1]! &= ~(left[word + 1]! ^ right[word + 1]!);
    target[word + 2]! &= ~(left[word + 2]! ^ right[word + 2]!);
    target[word + 3]! &= ~(left[word + 3]! ^ right[word + 3]!);
  }
}

/** target = left | right */
export function writeUnionOfBits(target: Int32Array, left: Int32Array, right: Int32Array): void {
  for (let word = 0; word < target.length; word += BITMAP_WORDS_PER_ROUND) {
    target[word] = left[word]! | right[word]!;
    target[word + 1] = left[word + 1]! | right[word + 1]!;
    target[word + 2] = left[word + 2]! | right[word + 2]!;
    target[word + 3] = left[word + 3]! | right[word + 3]!;
  }
}
