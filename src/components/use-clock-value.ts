import { useContext, useSyncExternalStore } from "react";
import { subscribeToSeconds } from "@/lib/ticker";
import { RequestTimeContext } from "./request-time-context";

/**
 * Returns a value that depends on the current time, such as the text "in 40 s", and reads it again every second. The
 * server's HTML has the value at the time of the request, so the browser's first render is the same.
 * @param read returns the value for the current time in ms since 1970: a text or a number, which React compares
 */
export function useClockValue<Value extends string | number>(read: (now: number) => Value): Value {
  const requestedAt = useContext(RequestTimeContext);
  return useSyncExternalStore(
    subscribeToSeconds,
    () => read(Date.now()),
    () => read(requestedAt ?? Date.now()),
  );
}
