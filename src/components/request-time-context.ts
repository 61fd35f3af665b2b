import { createContext } from "react";

/**
 * The time at which the server rendered the page, in ms since 1970. The server computed relative times ("5 min ago")
 * from it. Null outside of server-rendered pages.
 */
export const RequestTimeContext = createContext<number | null>(null);
