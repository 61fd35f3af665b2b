import { setTimeout as pause } from "node:timers/promises";
import { compileRegex } from "@/domain/filter/regex";

/**
 * How long work may block the event loop, in ms, before it pauses for as long. A delivery needs dozens of turns of the
 * event loop, so longer slices would delay it.
 */
const SLICE_MS = 5;

/**
 * Makes a function that a long loop on the main thread awaits after each step. It pauses the loop when its slice is
 * over.
 */
export function makePauseBetweenSlices(): () => Promise<void> | undefined {
  let start = performance.now();
  return () => {
    if (performance.now() - start < SLICE_MS) return undefined;
    return pause(SLICE_MS).then(() => {
      start = performance.now();
    });
  };
}

/** Compiles regular expressions in advance, with pauses. Compiling one takes up to 50 ms. */
export async function compileRegexes(sources: Iterable<string>): Promise<void> {
  const breathe = makePauseBetweenSlices();
  for (const source of sources) {
    compileRegex(source);
    await breathe();
  }
}
