import type { IncomingMessage } from "node:http";

/**
 * The header with the time of receipt. This program's own server writes it over a sender's value, see {@link
 * stampReceiptTime}.
 */
export const RECEIPT_TIME_HEADER = "x-received-micros";

/** The two clocks behind a receipt: epoch ms, and ms that never go back. */
type Sources = { wallMs(): number; monotonicMs(): number; origin: number };

const processSources: Sources = {
  wallMs: Date.now,
  monotonicMs: () => performance.now(),
  origin: performance.timeOrigin,
};

/**
 * Makes a clock of epoch microseconds. Each reading is above the one before. A reading lies within the wall clock's
 * millisecond, so that readings of several processes compare. If the wall clock is set back, readings continue from the
 * last one.
 */
export function createReceiptClock({ wallMs, monotonicMs, origin }: Sources = processSources): () => number {
  let anchor = origin;
  let last = 0;
  return () => {
    const wall = wallMs();
    const monotonic = monotonicMs();
    const at = Math.min(Math.max(anchor + monotonic, wall), wall + 0.999);
    // The anchor follows a drift between the two clocks only as far as the wall clock contradicts it.
    anchor = at - monotonic;
    last = Math.max(last + 1, Math.floor(at * 1_000));
    return last;
  };
}

/** Returns the time of a receipt in epoch microseconds. Each call returns a later time. */
export const nextReceiptMicros = createReceiptClock();

/** Records the time at which the headers of a request were read, before any await. */
export function stampReceiptTime(request: IncomingMessage): void {
  request.headers[RECEIPT_TIME_HEADER] = String(nextReceiptMicros());
}

/** Returns the recorded time of receipt; the present time for a request without one. */
export function receiptTimeOf(request: Request): number {
  const noted = Number(request.headers.get(RECEIPT_TIME_HEADER));
  return Number.isSafeInteger(noted) && noted > 0 ? noted : nextReceiptMicros();
}
