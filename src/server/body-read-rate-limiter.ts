/** The most owners whose bytes are counted. Above this number, owners without recent bytes are forgotten. */
const OWNERS_MAX = 1_000;

/**
 * Limits how fast this process reads the request bodies of one owner, such as a project. A first burst passes at once,
 * and further bytes at a steady rate. Otherwise a sender of many large bodies would block the event loop for a second.
 * TCP holds back the unread bytes.
 */
export class BodyReadRateLimiter {
  readonly #bytesPerMs: number;
  readonly #burstMs: number;
  /** For each owner, the time (ms) at which its bytes so far are paid for at the steady rate. */
  readonly #paidUntil = new Map<string, number>();

  /**
   * @param bytesPerSecond the steady rate of each owner
   * @param burst the bytes that an owner may read at once after a pause
   */
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
