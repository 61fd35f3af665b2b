import type { BenchReceiver } from "./deliver-receiver";

/** The number of events in one request. */
export const EVENTS_PER_REQUEST = 100;
export const CONCURRENT_REQUESTS = 4;

/** Sends `count` observations as fast as the program accepts them. */
export async function sendObservations(options: {
  count: number;
  make: (n: number) => object;
  send: (observations: readonly object[]) => Promise<void>;
  /** The number of observations in one request. Default: EVENTS_PER_REQUEST. */
  perRequest?: number;
  /** Called before a request is sent. The request holds the observations from `from` up to but not including `to`. */
  beforeRequest?: (from: number, to: number) => void;
  afterRequest?: () => Promise<void>;
}): Promise<void> {
  const { count, make, send, perRequest = EVENTS_PER_REQUEST, beforeRequest, afterRequest } = options;
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENT_REQUESTS }, async () => {
      while (next < count) {
        const from = next;
        const to = (next = Math.min(count, from + perRequest));
        beforeRequest?.(from, to);
        await send(Array.from({ length: to - from }, (_, index) => make(from + index)));
        await afterRequest?.();
      }
    }),
  );
}

/**
 * Sends observations and waits for all their webhooks. `sentAt` holds the time at which each observation `<prefix>-<n>`
 * was sent.
 */
export async function sendAndAwaitWebhooks(options: {
  prefix: string;
  count: number;
  make: (id: string, n: number) => object;
  send: (observations: readonly object[]) => Promise<void>;
  receiver: BenchReceiver;
}): Promise<{ perSecond: number; sentAt: Map<string, number> }> {
  const { prefix, count, make, send, receiver } = options;
  const sentAt = new Map<string, number>();
  const arrived = receiver.expect(prefix, count);
  const start = performance.now();
  const noteSending = (from: number, to: number): void => {
    for (let n = from; n < to; n++) sentAt.set(`${prefix}-${n}`, performance.now());
  };
  await sendObservations({ count, make: (n) => make(`${prefix}-${n}`, n), send, beforeRequest: noteSending });
  await arrived;
  return { perSecond: (count * 1_000) / (performance.now() - start), sentAt };
}
