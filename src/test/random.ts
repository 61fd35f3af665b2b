/** Random numbers that are the same for the same seed. */
export type Random = {
  /** in [0, 1) */
  next(): number;
  /** a whole number from `from` to `to`, both included */
  between(from: number, to: number): number;
  /** a whole number from 0 to below `count` */
  below(count: number): number;
  /** true with the probability `chance`, 0 to 1 */
  is(chance: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** a second source of random numbers, so that one user's calls do not change the numbers of the other */
  fork(): Random;
};

/** By the algorithm Mulberry32, whose state has 32 bits. The numbers are the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  const between = (from: number, to: number): number => from + below(to - from + 1);
  return {
    next,
    between,
    below,
    is: (chance) => next() < chance,
    pick: (items) => items[below(items.length)]!,
    fork: () => createRandom(between(0, 2 ** 31)),
  };
}
