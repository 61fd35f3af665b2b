import { setTimeout as pause } from "node:timers/promises";
import { compileRegex } from "@/domain/filter/regex";

/**
 * How long work may block the event loop before it pauses, in ms. A delivery needs dozens of turns of the event loop,
 * so longer slices would delay it.
 */
const SLICE_MS = 2;
/** The pause after a slice, in ms. Most of the event loop's time stays for other projects. */
const PAUSE_MS = 6;

/**
 * Makes a function that a long loop on the main thread awaits after each step. It pauses the loop when its slice is
 * over.
 */
export function makePauseBetweenSlices(): () => Promise<void> | undefined {
  let start = performance.now();
  return () => {
    if (performance.now() - start < SLICE_MS) return undefined;
    return pause(PAUSE_MS).then(() => {
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
