/** Dice that fall the same way again for the same seed. */
export type Random = {
  /** in [0, 1) */
  next(): number;
  /** a whole number from `from` to `to`, both included */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** dice of their own, so that two users of one seed do not disturb each other's order */
  fork(): Random;
};

/** Mulberry32: 32 bits of state are plenty for choosing moments. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    pick: (items) => items[between(0, items.length - 1)]!,
    fork: () => createRandom(between(0, 2 ** 31)),
  };
}
