import { useContext, useSyncExternalStore } from "react";
import { subscribeToSeconds } from "@/lib/ticker";
import { RequestTimeContext } from "./request-time-context";

/**
 * Returns a text that depends on the current time, such as "in 40 s", and computes the text again every second. The
 * server's HTML has the text of the time of the request, so the browser's first render is the same.
 * @param words makes the text from the current time in ms since 1970
 */
export function useClockText(words: (now: number) => string): string {
  const requestedAt = useContext(RequestTimeContext);
  return useSyncExternalStore(
    subscribeToSeconds,
    () => words(Date.now()),
    () => words(requestedAt ?? Date.now()),
  );
}
