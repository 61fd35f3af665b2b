import type { ListedExecution } from "./patch-execution-lists";

/**
 * A message from the server about changes in a project. `changedAt` is the time of the latest change, in ms since 1970
 * by the server's clock. `executions` contains the new state of each changed execution, if the server sends it.
 */
export type LiveMessage = {
  projectId: string;
  topics: readonly string[];
  changedAt: number;
  executions?: readonly ListedExecution[];
};
/** The state of the live connection. `since` is the time at which the connection broke, in ms since 1970. */
export type LiveConnectionState = { kind: "connecting" | "live" } | { kind: "reconnecting"; since: number };

type Handlers = { onMessage: (message: LiveMessage) => void; onState: (state: LiveConnectionState) => void };
type Watched = Handlers & {
  /** opens the live connection; returns a function that closes the connection */
  connect: (handlers: Handlers & { onEnd: () => void }) => () => void;
  /** called if this tab may have missed earlier changes, so that the caller loads everything once */
  onStale: () => void;
};
/**
 * A message between the tabs of a browser. The connected tab passes on messages and connection states. A new tab asks
 * `latest?`, and gets the latest message of each project.
 */
type Passed = { message: LiveMessage } | { state: LiveConnectionState } | "latest?" | { latest: LiveMessage[] };

const NAME = "trigger-system-live";
/** How long a tab waits before it connects again after the connection ended, in ms. */
const AGAIN_MS = 30_000;
/** If no other tab has answered after this time, a tab without the lock assumes that it has missed changes, in ms. */
const SETTLED_MS = 500;

/**
 * Receives live messages over one connection for all tabs of a browser, because browsers open at most six HTTP/1.1
 * connections per host. The tab that holds a Web Lock is connected and passes messages to the other tabs. If that tab
 * closes, another tab gets the lock. Browsers offer Web Locks only on https and on localhost. Without Web Locks each
 * tab is connected while it is visible.
 * @returns a function that stops receiving
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
  /** While this tab is connected: the latest message of each project, for tabs that open later. */
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
      const disconnect = stayConnected(connect, {
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
      disconnect ??= stayConnected(connect, { onMessage, onState, onEnd });
    }
  };
  follow();
  document.addEventListener("visibilitychange", follow, { signal: stop });
  stop.addEventListener("abort", () => disconnect?.(), { once: true });
}

/**
 * Opens the live connection, and opens it anew whenever the browser reports that it lost or regained its network.
 * Only a new connection shows whether the server answers: an open one can be dead without an error, and a server on
 * this machine answers without a network.
 * @returns a function that closes the connection
 */
function stayConnected(connect: Watched["connect"], { onEnd, ...handlers }: Parameters<Watched["connect"]>[0]) {
  const end = new AbortController();
  const open = () => connect({ ...handlers, onEnd: () => (end.abort(), onEnd()) });
  let close = open();
  for (const event of ["offline", "online"])
    window.addEventListener(event, () => (close(), (close = open())), { signal: end.signal });
  return (): void => (end.abort(), close());
}

function later(run: () => void, ms: number, stop: AbortSignal): void {
  const timer = setTimeout(run, ms);
  stop.addEventListener("abort", () => clearTimeout(timer), { once: true });
}
