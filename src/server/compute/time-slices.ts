import { setTimeout as pause } from "node:timers/promises";
import { compileRegex } from "@/domain/filter/regex";

/**
 * How long work may run before it pauses, ms. The pause is as long as the slice. A delivery takes dozens of turns of
 * the event loop, so a longer slice before each turn would add up.
 */
const SLICE_MS = 5;

/** Makes a function for a loop on the main thread. The loop calls it after each piece of work and awaits its result. */
export function makeSliceBreaks(): () => Promise<void> | undefined {
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
  const breathe = makeSliceBreaks();
  for (const source of sources) {
    compileRegex(source);
    await breathe();
  }
}
