import type { IncomingMessage } from "node:http";

/** Written by this program's own server, over whatever the sender said; see {@link stampReceipt}. */
export const RECEIPT_HEADER = "x-received-micros";

/** Where a clock takes its time from: epoch ms, and ms that never go back. */
type Sources = { wallMs(): number; monotonicMs(): number; origin: number };

const processSources: Sources = {
  wallMs: Date.now,
  monotonicMs: () => performance.now(),
  origin: performance.timeOrigin,
};

/**
 * Makes a clock of epoch microseconds: each reading is above the one before, and lies within the millisecond that the
 * wall clock shows, so that the readings of several processes compare. Where the wall clock is set back, readings count
 * on from the last.
 */
export function createReceiptClock({ wallMs, monotonicMs, origin }: Sources = processSources): () => number {
  let anchor = origin;
  let last = 0;
  return () => {
    const wall = wallMs();
    const monotonic = monotonicMs();
    const at = Math.min(Math.max(anchor + monotonic, wall), wall + 0.999);
    // Drift between the two clocks moves the anchor only as far as the wall clock contradicts it.
    anchor = at - monotonic;
    last = Math.max(last + 1, Math.floor(at * 1_000));
    return last;
  };
}

/** Epoch microseconds of a receipt, in the order of this process. */
export const receiptMicros = createReceiptClock();

/** Notes the moment at which the headers of a request were read, before anything is awaited. */
export function stampReceipt(request: IncomingMessage): void {
  request.headers[RECEIPT_HEADER] = String(receiptMicros());
}

/** The moment that the server noted; now for a request that came past it. */
export function receiptOf(request: Request): number {
  const noted = Number(request.headers.get(RECEIPT_HEADER));
  return Number.isSafeInteger(noted) && noted > 0 ? noted : receiptMicros();
}
