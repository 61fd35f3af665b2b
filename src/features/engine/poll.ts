/** How often the visible engine page loads its data again, in ms. */
export const ENGINE_POLL_MS = 5_000;
