import { RE2JS } from "re2js";
import { filterLimits } from "./schema";

/**
 * The highest cost of an expression (see `regexCost`).
 *
 * The engine is linear in the text, yet each character can cost a step for every instruction: on 64 KiB of
 * text made to hurt, `a.{0,900}[xyz]` (cost 1,804) took 1.4 s on one core, `(?:\ba|\Bb).{0,120}[xyz]` (248)
 * 0.7 s, `a.{240}[xyz]` (244) 0.3 s, and `a.{49}[xyz]` (53) 0.1 s. Common expressions cost below 50 and take
 * 0 to 2 ms, the textbook's catastrophic ones, such as `(x+x+)+y` and `(.*)(.*)(.*)[xyz]`, as well.
 * 250 keeps the worst below a second; what many of them may take together is for a budget at run time.
 */
const COST_MAX = 250;

/** Steps (the cost times the characters of the text) that take about a millisecond at the worst. */
export const LONG_STEPS = 30_000;
/**
 * Expressions that are kept compiled, about 15 KB each, so that equal ones are compiled once. Those of a project at its limit
 * (12,000) have room.
 */
const COMPILED_MAX = 16_000;

/** Answers evaluations that may take long in the place of the caller, who cannot wait. */
export type Elsewhere = {
  /**
   * Undefined: it is evaluated where it is asked.
   * @param steps what it may cost, about: the cost times the characters of the text; null where it is not compiled yet
   */
  answer(source: string, text: string, steps: number | null): boolean | undefined;
};

type Pattern = {
  /** see `regexCost` */
  cost: number;
  test(text: string): boolean;
};
type Compiled = { pattern: Pattern; problem: null } | { pattern: null; problem: string };

const compiled = new Map<string, Compiled>();

/**
 * Compiles a regular expression of RE2's syntax (https://github.com/google/re2/wiki/Syntax), which has no
 * backtracking and so no lookaround and no back-references. It may match anywhere in the text.
 * It takes 0.1 to 50 ms, and next to nothing where an equal one was compiled before.
 */
export function compileRegex(source: string): Compiled {
  const known = compiled.get(source);
  if (known) {
    // The most recently used one moves to the end.
    compiled.delete(source);
    compiled.set(source, known);
    return known;
  }
  const made = compile(source);
  if (compiled.size >= COMPILED_MAX) compiled.delete(compiled.keys().next().value!);
  compiled.set(source, made);
  return made;
}

export const isCompiled = (source: string): boolean => compiled.has(source);

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
 * Whether an expression matches a text. It is compiled when it is first needed.
 * @throws Error in words where it is no expression
 */
export function testRegex(source: string, text: string, elsewhere?: Elsewhere): boolean {
  const cost = elsewhere && (isCompiled(source) ? compileRegex(source).pattern?.cost : null);
  const answer = elsewhere?.answer(source, text, cost == null ? null : cost * text.length);
  if (answer !== undefined) return answer;
  const { pattern, problem } = compileRegex(source);
  if (problem !== null) throw new Error(`The regular expression ${problem}`);
  return pattern.test(text);
}

/**
 * How many steps an expression may take for one character of text, about; null where it cannot be read.
 * At most 250 are allowed.
 *
 * These are the instructions of the compiled program, in which counted repetitions are written out. A
 * character that stands for itself is not counted unless something is written out: a list of a hundred
 * words has a large program, of which any text keeps only a few instructions alive.
 */
export function regexCost(source: string): number | null {
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

/** What is not a character for itself: escapes, classes, the heads of groups, operators, and what is repeated. */
const notPlain =
  /\\[pPx]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P?<[^>]*>|\(\?[a-zA-Z-]*:?|[^\\()|.^$*+?[\]](?=[*+?])|[()|.^$*+?]/gsu;

function plainCharacters(source: string): number {
  return [...source.replace(notPlain, "")].length;
}
