import { parentPort } from "node:worker_threads";
import { compileRegex, type Pattern } from "../../domain/filter/regex";
import type { Turn, TurnAnswer } from "./protocol";

const PATTERNS_MAX = 500;
const patterns = new Map<string, Pattern>();

/** Throws for what is no expression: whoever asks has compiled it before. */
function patternOf(source: string): Pattern {
  const known = patterns.get(source);
  if (known) return known;
  const { pattern, problem } = compileRegex(source);
  if (problem !== null) throw new Error(`The regular expression ${problem}`);
  if (patterns.size >= PATTERNS_MAX) patterns.delete(patterns.keys().next().value!);
  patterns.set(source, pattern);
  return pattern;
}

parentPort!.on("message", (turn: Turn) => {
  const answers = turn.map(({ source, text }) => {
    const start = performance.now();
    const holds = patternOf(source).test(text);
    return { holds, tookMs: performance.now() - start };
  });
  parentPort!.postMessage(answers satisfies TurnAnswer);
});
