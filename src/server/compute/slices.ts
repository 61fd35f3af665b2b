import { setTimeout as pause } from "node:timers/promises";
import { compileRegex } from "@/domain/filter/regex";

/**
 * Longer work pauses after each slice for as long as the slice. A delivery takes dozens of turns of the event loop, and
 * a slice before each of them would add up.
 */
const SLICE_MS = 5;

/** For a loop on the main thread. Call the function after each piece of work, and await its result. */
export function inSlices(): () => Promise<void> | undefined {
  let start = performance.now();
  return () => {
    if (performance.now() - start < SLICE_MS) return undefined;
    return pause(SLICE_MS).then(() => {
      start = performance.now();
    });
  };
}

/** Compiles regular expressions in advance, in slices of time. Each one takes up to 50 ms. */
export async function compileRegexes(sources: Iterable<string>): Promise<void> {
  const breathe = inSlices();
  for (const source of sources) {
    compileRegex(source);
    await breathe();
  }
}
