import { setTimeout as pause } from "node:timers/promises";
import { compileRegex } from "@/domain/filter/regex";

/**
 * What goes on for longer rests for as long: a delivery takes dozens of turns of the event loop, and a slice before each of
 * them would add up.
 */
const SLICE_MS = 5;

/** For a loop on the main thread: call it after each piece of work, and await what it returns, if anything. */
export function inSlices(): () => Promise<void> | undefined {
  let start = performance.now();
  return () => {
    if (performance.now() - start < SLICE_MS) return undefined;
    return pause(SLICE_MS).then(() => {
      start = performance.now();
    });
  };
}

/** Compiles regular expressions, each of which takes up to 50 ms, so that what needs them next does not wait. */
export async function compileRegexes(sources: Iterable<string>): Promise<void> {
  const breathe = inSlices();
  for (const source of sources) {
    compileRegex(source);
    await breathe();
  }
}
