import { createContext } from "react";

/** When the page was made, in ms: ages in its HTML count to then. Null where nothing is made on a server. */
export const RequestTime = createContext<number | null>(null);
