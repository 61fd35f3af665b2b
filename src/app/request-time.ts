import { cache } from "react";

/** When the request for the page came in, in ms: one moment for all that the page says. */
export const requestTime = cache((): number => Date.now());
