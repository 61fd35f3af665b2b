import type { IncomingMessage } from "node:http";

/**
 * The request header with the time of receipt. The program writes it over a sender's value, see {@link
 * stampReceiptTime}.
 */
export const RECEIPT_TIME_HEADER = "x-received-micros";

/** The two clocks that make a receipt time: wall clock in epoch ms, and monotonic ms that never go back. */
type Sources = { wallMs(): number; monotonicMs(): number; origin: number };

const processSources: Sources = {
  wallMs: Date.now,
  monotonicMs: () => performance.now(),
  origin: performance.timeOrigin,
};

/**
 * Makes a clock of epoch microseconds whose readings always increase. A reading lies within the wall clock's
 * millisecond, so readings of several processes compare. If the wall clock is set back, readings go on from the last
 * one.
 */
export function createReceiptClock({ wallMs, monotonicMs, origin }: Sources = processSources): () => number {
  let anchor = origin;
  let last = 0;
  return () => {
    const wall = wallMs();
    const monotonic = monotonicMs();
    const at = Math.min(Math.max(anchor + monotonic, wall), wall + 0.999);
    // If the wall clock has corrected this reading, later readings count on from the corrected one.
    anchor = at - monotonic;
    last = Math.max(last + 1, Math.floor(at * 1_000));
    return last;
  };
}

/** Returns the time of a receipt in epoch microseconds. Each call of a process returns a later time. */
export const readNextReceiptMicros = createReceiptClock();

/** Writes the time of receipt into a request's headers, as soon as they were read. */
export function stampReceiptTime(request: IncomingMessage): void {
  request.headers[RECEIPT_TIME_HEADER] = String(readNextReceiptMicros());
}

/** Returns the time of receipt from a request's header, or the present time without the header. */
export function readReceiptTime(request: Request): number {
  const noted = Number(request.headers.get(RECEIPT_TIME_HEADER));
  return Number.isSafeInteger(noted) && noted > 0 ? noted : readNextReceiptMicros();
}
