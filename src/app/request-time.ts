import { cache } from "react";

/**
 * Returns the time at which the server began this page, in ms since 1970. All calls within one request return the same
 * time.
 */
export const readPageRequestTimeMs = cache((): number => Date.now());
