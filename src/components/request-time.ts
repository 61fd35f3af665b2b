import { createContext } from "react";

/** The time when the server made the page, in ms. Ages in its HTML count to this time. Null without a server. */
export const RequestTime = createContext<number | null>(null);
