/** How often the engine is asked while its page is in view. */
export const POLL_MS = 5_000;
