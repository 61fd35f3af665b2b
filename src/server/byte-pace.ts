/**
 * The most owners that are remembered. Above this number the pace forgets owners that have read nothing for some time.
 */
const OWNERS_MAX = 1_000;

/**
 * Slows down the reading of bodies. After a first burst, the bytes of one owner pass at a steady rate. Without it, a
 * sender of many large bodies kept the event loop busy for a second. TCP holds back the unread bytes.
 */
export class BytePace {
  readonly #bytesPerMs: number;
  readonly #burstMs: number;
  /** For each owner, the time at which its bytes so far have passed at the steady rate, ms. */
  readonly #paidUntil = new Map<string, number>();

  /** @param bytesPerSecond the steady rate of each owner @param burst the bytes that pass at once after a pause */
  constructor(bytesPerSecond: number, burst: number) {
    this.#bytesPerMs = bytesPerSecond / 1_000;
    this.#burstMs = burst / this.#bytesPerMs;
  }

  /** Counts bytes that an owner has read. Resolves when the owner may read more. */
  async spend(owner: string, bytes: number): Promise<void> {
    const now = performance.now();
    const paidUntil = Math.max(now, this.#paidUntil.get(owner) ?? 0) + bytes / this.#bytesPerMs;
    this.#paidUntil.set(owner, paidUntil);
    if (this.#paidUntil.size > OWNERS_MAX)
      for (const [each, until] of this.#paidUntil) if (until < now) this.#paidUntil.delete(each);
    const early = paidUntil - now - this.#burstMs;
    if (early >= 1) await new Promise((resolve) => setTimeout(resolve, early));
  }
}
