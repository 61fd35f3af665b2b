import { createPageState } from "./page-state";

/**
 * The state of the page's connection to the server. `paused`: the tab is hidden, so it loads nothing. `reconnecting`:
 * the connection broke; `since` is the time of the data on screen, in ms since 1970.
 */
export type ConnectionState = { kind: "connecting" | "live" | "paused" } | { kind: "reconnecting"; since: number };

// A repeated failure must not change `since`, the time of the data on screen.
const connection = createPageState<ConnectionState>({ kind: "connecting" }, (one, other) => one.kind === other.kind);

export const setConnectionState = connection.set;

/** Returns the state of the page's live connection. */
export const useConnectionState = connection.use;
