import type { ExecutionRow } from "./patch-executions";

/** The server's message about changes in a project. `executions` has the new state of every changed execution. */
type LiveMessage = { projectId: string; topics: readonly string[]; executions?: readonly ExecutionRow[] };
/** The state of the connection. `since` is the time of the data on screen, in ms. */
export type ConnectionState = { kind: "connecting" | "live" } | { kind: "reconnecting"; since: number };

type Handlers = { onMessage: (message: LiveMessage) => void; onState: (state: ConnectionState) => void };
type Watched = Handlers & {
  /** opens the connection; returns the function that closes it */
  connect: (handlers: Handlers & { onEnd: () => void }) => () => void;
  /** called if changes before the watch are unknown, so that everything must be loaded once */
  onStale: () => void;
};
/** A message from the connected tab to every other tab. */
type Passed = { message: LiveMessage } | { state: ConnectionState };

const NAME = "trigger-system-live";
/** The pause after the server ended a stream for good, ms. */
const AGAIN_MS = 30_000;
/** After this time a tab knows whether it holds the lock, ms. */
const SETTLED_MS = 500;

/**
 * Watches for changes over one connection for all tabs of a browser, because HTTP/1.1 allows six for a host. The tab
 * that holds a lock is connected and passes messages on. If that tab closes, the next one gets the lock. Browsers have
 * locks only on https and on this machine. Without locks a tab is connected while it is visible.
 * @returns a function that ends the watch
 */
export function watchLive(watched: Watched): () => void {
  const stop = new AbortController();
  const { locks } = navigator as { locks?: LockManager };
  if (locks) watchAsOneOfMany(watched, locks, stop.signal);
  else watchWhileVisible(watched, stop.signal);
  return () => stop.abort();
}

function watchAsOneOfMany(
  { connect, onMessage, onState, onStale }: Watched,
  locks: LockManager,
  stop: AbortSignal,
): void {
  const channel = new BroadcastChannel(NAME);
  let isLeader = false;
  channel.onmessage = ({ data }: MessageEvent<Passed>) =>
    "message" in data ? onMessage(data.message) : onState(data.state);
  const pass = (data: Passed): void => {
    if (!stop.aborted) channel.postMessage(data);
  };
  const lead = (): Promise<void> =>
    new Promise((resolve) => {
      isLeader = true;
      const disconnect = connect({
        onMessage: (message) => (pass({ message }), onMessage(message)),
        onState: (state) => (pass({ state }), onState(state)),
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
  const follow = (): void => {
    if (isLeader) return;
    onState({ kind: "live" });
    onStale();
  };
  later(follow, SETTLED_MS, stop);
  stop.addEventListener("abort", () => channel.close(), { once: true });
}

function watchWhileVisible({ connect, onMessage, onState }: Watched, stop: AbortSignal): void {
  let disconnect: (() => void) | null = null;
  const follow = (): void => {
    if (document.visibilityState === "hidden") disconnect = (disconnect?.(), null);
    else {
      const onEnd = () => later(() => ((disconnect = null), follow()), AGAIN_MS, stop);
      disconnect ??= connect({ onMessage, onState, onEnd });
    }
  };
  follow();
  document.addEventListener("visibilitychange", follow, { signal: stop });
  stop.addEventListener("abort", () => disconnect?.(), { once: true });
}

function later(run: () => void, ms: number, stop: AbortSignal): void {
  const timer = setTimeout(run, ms);
  stop.addEventListener("abort", () => clearTimeout(timer), { once: true });
}
