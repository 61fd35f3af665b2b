import { RE2JS } from "re2js";
import { filterLimits } from "./schema";

/**
 * The highest cost of an expression (see `estimateRegexCost`). The regex engine takes time in proportion to the text.
 * But each character can cost one step for every instruction. Measured on one core with the worst 64 KiB of text:
 * `a.{0,900}[xyz]` (cost 1,804) took 1.4 s, `(?:\ba|\Bb).{0,120}[xyz]` (248) 0.7 s, `a.{240}[xyz]` (244) 0.3 s,
 * `a.{49}[xyz]` (53) 0.1 s. Common expressions cost below 50 and take 0 to 2 ms. So do expressions that take other
 * regex engines for ever, such as `(x+x+)+y` and `(.*)(.*)(.*)[xyz]`. The maximum of 250 keeps the worst case below a
 * second. A time budget limits many expressions together.
 */
const COST_MAX = 250;

/** The steps (cost times characters) that take about 1 ms at worst. An expression with more steps runs in a thread. */
export const EVENT_LOOP_REGEX_STEPS_MAX = 30_000;
/**
 * The most compiled expressions in the cache, at about 15 KB each. Equal expressions are compiled once. A project at
 * its limit has 12,000.
 */
const COMPILED_MAX = 16_000;

/** Looks up the results of regular expressions that a worker thread has evaluated, because the matcher cannot wait. */
export type RegexResultLookup = {
  /**
   * @param steps about the cost times the characters of the text; null if the expression is not compiled yet
   * @returns undefined if the caller must evaluate the expression itself
   */
  answer(source: string, text: string, steps: number | null): boolean | undefined;
};

type Pattern = {
  /** the steps for one character of text, see `estimateRegexCost` */
  cost: number;
  test(text: string): boolean;
};
type Compiled = { pattern: Pattern; problem: null } | { pattern: null; problem: string };

const compiled = new Map<string, Compiled>();

/**
 * Compiles a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), which has no lookaround
 * and no back-references. The expression may match anywhere in the text. An invalid or too costly expression gives a
 * problem. Compiling takes 0.1 to 50 ms. An equal expression in the cache is used again.
 */
export function compileRegex(source: string): Compiled {
  const known = compiled.get(source);
  if (known) {
    // The cache drops its first expression, so the expression that was used last moves to the end.
    compiled.delete(source);
    compiled.set(source, known);
    return known;
  }
  const made = compile(source);
  if (compiled.size >= COMPILED_MAX) compiled.delete(compiled.keys().next().value!);
  compiled.set(source, made);
  return made;
}

export const isRegexCompiled = (source: string): boolean => compiled.has(source);

function compile(source: string): Compiled {
  if (source.length > filterLimits.patternMax)
    return { pattern: null, problem: `is longer than ${filterLimits.patternMax} characters` };
  try {
    const program = RE2JS.compile(source);
    const cost = costOf(source, program);
    if (cost <= COST_MAX) return { pattern: { cost, test: (text) => program.test(text) }, problem: null };
    const size = `${cost} steps, at most ${COST_MAX}`;
    const problem = `is too large once its repetitions are written out (${size}); use * or +, or smaller counts`;
    return { pattern: null, problem };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { pattern: null, problem: message.replace(/^error parsing regexp: /, "") };
  }
}

/**
 * Tells whether an expression matches a text. The expression is compiled when it is first needed.
 * @throws Error with a sentence for people if it is not a valid expression
 */
export function testRegex(source: string, text: string, lookup?: RegexResultLookup): boolean {
  const cost = lookup && (isRegexCompiled(source) ? compileRegex(source).pattern?.cost : null);
  const answer = lookup?.answer(source, text, cost == null ? null : cost * text.length);
  if (answer !== undefined) return answer;
  const { pattern, problem } = compileRegex(source);
  if (problem !== null) throw new Error(`The regular expression ${problem}`);
  return pattern.test(text);
}

/**
 * Estimates the steps of an expression for one character of text; null for an invalid expression. The estimate counts
 * the instructions of the compiled program, in which counted repetitions are written out. Plain characters count only
 * if the expression has such repetitions. Without them, as in a list of a hundred words, a text keeps few of their
 * instructions active.
 */
export function estimateRegexCost(source: string): number | null {
  try {
    return costOf(source, RE2JS.compile(source));
  } catch {
    return null;
  }
}

function costOf(source: string, compiled: RE2JS): number {
  const isWrittenOut = /\{\d+(,\d*)?\}/.test(source);
  return compiled.programSize() - (isWrittenOut ? 0 : plainCharacters(source));
}

/**
 * Matches every part of an expression but plain characters: escapes, classes, starts of groups, operators, and repeated
 * characters.
 */
const notPlain =
  /\\[pPx]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P?<[^>]*>|\(\?[a-zA-Z-]*:?|[^\\()|.^$*+?[\]](?=[*+?])|[()|.^$*+?]/gsu;

function plainCharacters(source: string): number {
  return [...source.replace(notPlain, "")].length;
}
