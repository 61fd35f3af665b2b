import type { BenchReceiver } from "./deliver-receiver";

/** Events of one request, and requests on the wire at once. */
export const PER_REQUEST = 100;
export const SENDERS = 4;

/** Sends `count` observations as fast as they are taken. */
export async function sendAll(options: {
  count: number;
  make: (n: number) => object;
  send: (observations: readonly object[]) => Promise<void>;
  /** told of the numbers of a request before it is sent */
  beforeRequest?: (from: number, to: number) => void;
  afterRequest?: () => Promise<void>;
}): Promise<void> {
  const { count, make, send, beforeRequest, afterRequest } = options;
  let next = 0;
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (next < count) {
        const from = next;
        const to = (next = Math.min(count, from + PER_REQUEST));
        beforeRequest?.(from, to);
        await send(Array.from({ length: to - from }, (_, index) => make(from + index)));
        await afterRequest?.();
      }
    }),
  );
}

/** From the first event sent to the last webhook received. `sentAt`: when each observation `<prefix>-<n>` was sent. */
export async function deliverAll(options: {
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
  await sendAll({ count, make: (n) => make(`${prefix}-${n}`, n), send, beforeRequest: noteSending });
  await arrived;
  return { perSecond: (count * 1_000) / (performance.now() - start), sentAt };
}
