import { useSyncExternalStore } from "react";

/**
 * The state of the page's connection to the server. `paused`: the tab is hidden, so it loads nothing. `reconnecting`:
 * the connection broke; `since` is the time of the data on screen, in ms since 1970.
 */
export type ConnectionState = { kind: "connecting" | "live" | "paused" } | { kind: "reconnecting"; since: number };

let state: ConnectionState = { kind: "connecting" };
const listeners = new Set<() => void>();

export function setConnectionState(next: ConnectionState): void {
  // A repeated failure must not change `since`, the time of the data on screen.
  if (next.kind === state.kind) return;
  state = next;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const serverState: ConnectionState = { kind: "connecting" };

/** Returns the state of the page's live connection. */
export const useConnectionState = (): ConnectionState =>
  useSyncExternalStore(
    subscribe,
    () => state,
    () => serverState,
  );
