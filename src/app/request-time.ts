import { cache } from "react";

/** Returns the time of the request for this page, in ms. All parts of the page use the same time. */
export const pageRequestTimeMs = cache((): number => Date.now());
