import { useSyncExternalStore } from "react";

/**
 * The state of the page's connection to the server. `paused`: the tab is hidden, so it loads nothing. `reconnecting`:
 * the connection broke; `since` is the time of the data on screen, in ms.
 */
export type LiveState = { kind: "connecting" | "live" | "paused" } | { kind: "reconnecting"; since: number };

let state: LiveState = { kind: "connecting" };
const listeners = new Set<() => void>();

export function setLiveState(next: LiveState): void {
  // The time of the data on screen stays the time of the first failure.
  if (next.kind === state.kind) return;
  state = next;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const serverState: LiveState = { kind: "connecting" };

/** Returns the state of the page's live connection. */
export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    subscribe,
    () => state,
    () => serverState,
  );
