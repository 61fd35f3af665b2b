/** What changed in a project, as the server tells it. */
export type LiveMessage = { projectId: string; topics: readonly string[] };
type Connect = (handlers: { onMessage: (message: LiveMessage) => void; onEnd: () => void }) => () => void;

const NAME = "trigger-system-live";
/** After a stream that the server ended for good, ms. */
const AGAIN_MS = 30_000;
/** Whether this tab leads is known by then, ms. */
const SETTLED_MS = 500;

/**
 * Watches for changes with one connection for all tabs of a browser, as HTTP/1.1 allows six for a host: the tab that
 * holds a lock is connected and passes messages on. When that tab closes, the next one gets the lock. Browsers know
 * locks on https and on this machine only; elsewhere a tab is connected while it is visible.
 * @param onStale what changed before this tab listened is not known: look at everything once
 * @returns what ends the watch
 */
export function watchLive(
  connect: Connect,
  onMessage: (message: LiveMessage) => void,
  onStale: () => void,
): () => void {
  const stop = new AbortController();
  const { locks } = navigator as { locks?: LockManager };
  if (locks) watchAsOneOfMany({ locks, connect, onMessage, onStale, stop: stop.signal });
  else watchWhileVisible({ connect, onMessage, stop: stop.signal });
  return () => stop.abort();
}

type Watch = { connect: Connect; onMessage: (message: LiveMessage) => void; stop: AbortSignal };

function watchAsOneOfMany({
  locks,
  connect,
  onMessage,
  onStale,
  stop,
}: Watch & { locks: LockManager; onStale: () => void }): void {
  const channel = new BroadcastChannel(NAME);
  let isLeader = false;
  channel.onmessage = ({ data }: MessageEvent<LiveMessage>) => onMessage(data);
  const lead = (): Promise<void> =>
    new Promise((resolve) => {
      isLeader = true;
      const disconnect = connect({
        onMessage: (message) => {
          channel.postMessage(message);
          onMessage(message);
        },
        onEnd: resolve,
      });
      stop.addEventListener("abort", () => (disconnect(), resolve()), { once: true });
    });
  const queue = (): void => {
    locks
      .request(NAME, { signal: stop }, lead)
      .catch(() => undefined)
      .finally(() => {
        isLeader = false;
        if (!stop.aborted) later(queue, AGAIN_MS, stop);
      });
  };
  queue();
  later(() => !isLeader && onStale(), SETTLED_MS, stop);
  stop.addEventListener("abort", () => channel.close(), { once: true });
}

function watchWhileVisible({ connect, onMessage, stop }: Watch): void {
  let disconnect: (() => void) | null = null;
  const follow = (): void => {
    if (document.visibilityState === "hidden") disconnect = (disconnect?.(), null);
    else
      disconnect ??= connect({ onMessage, onEnd: () => later(() => ((disconnect = null), follow()), AGAIN_MS, stop) });
  };
  follow();
  document.addEventListener("visibilitychange", follow, { signal: stop });
  stop.addEventListener("abort", () => disconnect?.(), { once: true });
}

function later(run: () => void, ms: number, stop: AbortSignal): void {
  const timer = setTimeout(run, ms);
  stop.addEventListener("abort", () => clearTimeout(timer), { once: true });
}
