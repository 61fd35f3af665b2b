import type { ListedExecution } from "./patch-execution-lists";

/**
 * The server's message about changes in a project. `changedAt` is the time of the latest of them, in ms of the server.
 * `executions` has the new state of every changed execution.
 */
type LiveMessage = {
  projectId: string;
  topics: readonly string[];
  changedAt: number;
  executions?: readonly ListedExecution[];
};
/** The state of the connection. `since` is the time of the data on screen, in ms. */
export type LiveConnectionState = { kind: "connecting" | "live" } | { kind: "reconnecting"; since: number };

type Handlers = { onMessage: (message: LiveMessage) => void; onState: (state: LiveConnectionState) => void };
type Watched = Handlers & {
  /** opens the connection; returns the function that closes it */
  connect: (handlers: Handlers & { onEnd: () => void }) => () => void;
  /** called if changes before the watch are unknown, so that everything must be loaded once */
  onStale: () => void;
};
/**
 * A message from the connected tab to every other tab, or the question of a new tab for the latest message of each
 * project.
 */
type Passed = { message: LiveMessage } | { state: LiveConnectionState } | "latest?" | { latest: LiveMessage[] };

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
export function watchLiveMessages(watched: Watched): () => void {
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
  let isAnswered = false;
  /** The latest change of each project that the connected tab knows. */
  const latest = new Map<string, LiveMessage>();
  const pass = (data: Passed): void => {
    if (!stop.aborted) channel.postMessage(data);
  };
  channel.onmessage = ({ data }: MessageEvent<Passed>) => {
    if (data === "latest?") {
      if (latest.size > 0) pass({ latest: [...latest.values()] });
    } else if ("message" in data) onMessage(data.message);
    else if ("state" in data) onState(data.state);
    else if (!isLeader && !isAnswered) {
      isAnswered = true;
      onState({ kind: "live" });
      data.latest.forEach(onMessage);
    }
  };
  const lead = (): Promise<void> =>
    new Promise((resolve) => {
      isLeader = true;
      latest.clear();
      const disconnect = connect({
        onMessage: (message) => {
          const { projectId, changedAt } = message;
          latest.set(projectId, { projectId, topics: latest.get(projectId)?.topics ?? message.topics, changedAt });
          pass({ message });
          onMessage(message);
        },
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
  pass("latest?");
  const follow = (): void => {
    if (isLeader || isAnswered) return;
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
