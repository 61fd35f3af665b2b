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
const LONG_STEPS = 30_000;

/** Answers evaluations that would take long in the place of the caller, who cannot wait. */
export type Elsewhere = {
  /** @param steps what it may cost, about: the cost times the characters of the text */
  answer(source: string, text: string, steps: number): boolean;
};

export type Pattern = {
  /** @param elsewhere who answers where it would take long; by default it is evaluated here and now */
  test(text: string, elsewhere?: Elsewhere): boolean;
};

/**
 * Compiles a regular expression of RE2's syntax (https://github.com/google/re2/wiki/Syntax), which has no
 * backtracking and so no lookaround and no back-references. It may match anywhere in the text.
 */
export function compileRegex(source: string): { pattern: Pattern; problem: null } | { pattern: null; problem: string } {
  if (source.length > filterLimits.patternMax) {
    return { pattern: null, problem: `is longer than ${filterLimits.patternMax} characters` };
  }
  try {
    const compiled = RE2JS.compile(source);
    const cost = costOf(source, compiled);
    if (cost > COST_MAX) {
      const size = `${cost} steps, at most ${COST_MAX}`;
      return {
        pattern: null,
        problem: `is too large once its repetitions are written out (${size}); use * or +, or smaller counts`,
      };
    }
    const test: Pattern["test"] = (text, elsewhere) => {
      const steps = cost * text.length;
      return elsewhere && steps > LONG_STEPS ? elsewhere.answer(source, text, steps) : compiled.test(text);
    };
    return { pattern: { test }, problem: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { pattern: null, problem: message.replace(/^error parsing regexp: /, "") };
  }
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
