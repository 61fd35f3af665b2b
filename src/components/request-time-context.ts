import { createContext } from "react";

/**
 * The time when the server made the page, in ms. The ages in its HTML were computed with this time. Null without a
 * server.
 */
export const RequestTimeContext = createContext<number | null>(null);
