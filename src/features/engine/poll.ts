/** The interval of queries while the engine's page is visible, in ms. */
export const ENGINE_POLL_MS = 5_000;
