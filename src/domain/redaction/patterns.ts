import { findCards, findEmails, findKeys, type Range } from "./find-values";
import type { RedactionMethod, RedactionRule } from "./rules";

/** A rule that searches texts. */
export type Pattern = {
  action: RedactionMethod;
  /** what stands for a masked value */
  mask: string;
  /** returns null where the time of the project is used up */
  find(text: string): Range[] | null;
};

/** What stands for a masked value that has no kind. */
export const MASK = "[masked]";

/**
 * Finds the matches of a regular expression in a text.
 * @returns null where the time of the project is used up
 */
export type ExpressionSearch = (source: string, text: string) => Range[] | null;

/** The rules that search texts, in their order. */
export function patternsOf(rules: readonly RedactionRule[], search: ExpressionSearch): Pattern[] {
  return rules.flatMap((rule): Pattern[] => {
    const { action } = rule;
    switch (rule.find) {
      case "path":
        return [];
      case "email":
        return [{ action, mask: "[email]", find: findEmails }];
      case "card":
        return [{ action, mask: "[card]", find: findCards }];
      case "key":
        return [{ action, mask: "[key]", find: findKeys }];
      case "expression":
        return [{ action, mask: MASK, find: (text) => search(rule.expression, text) }];
      default:
        return rule satisfies never;
    }
  });
}

/** Shorter values are found as a whole text alone: inside of others they occur by chance. */
const PART_MIN = 4;

/** Finds a value that a rule by path has found elsewhere in the same event. */
export const copyOf = (value: string, action: RedactionMethod): Pattern => ({
  action,
  mask: MASK,
  find: (text) => (value.length < PART_MIN ? (text === value ? [[0, text.length]] : []) : placesOf(value, text)),
});

function placesOf(value: string, text: string): Range[] {
  const found: Range[] = [];
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
    found.push([at, at + value.length]);
  return found;
}

/** A value that a pattern has found in a text. */
export type Cut = { range: Range; pattern: Pattern };

/**
 * Searches a text with patterns. The values come in the order of the text. Of two that overlap, the one of the first
 * pattern counts, and what the other finds around it is a value of its own.
 * @returns null where the time of the project is used up
 */
export function cutsIn(text: string, patterns: readonly Pattern[]): Cut[] | null {
  const cuts: Cut[] = [];
  for (const pattern of patterns) {
    const ranges = pattern.find(text);
    if (ranges === null) return null;
    for (const range of ranges) {
      const others = cuts.map((cut) => cut.range).filter(([start, end]) => start < range[1] && range[0] < end);
      for (const part of around(range, others)) cuts.push({ range: part, pattern });
    }
  }
  return cuts.sort((a, b) => a.range[0] - b.range[0]);
}

function around([start, end]: Range, taken: readonly Range[]): Range[] {
  const found: Range[] = [];
  let from = start;
  for (const [first, last] of [...taken].sort((a, b) => a[0] - b[0])) {
    if (first > from) found.push([from, first]);
    from = Math.max(from, last);
  }
  if (from < end) found.push([from, end]);
  return found;
}

/** Replaces the values in a text. */
export function replaceCuts(
  text: string,
  cuts: readonly Cut[],
  hash: (text: string) => string,
  isHashed = false,
): string {
  let made = "";
  let from = 0;
  for (const { range, pattern } of cuts) {
    const action = isHashed ? "hash" : pattern.action;
    made += text.slice(from, range[0]);
    made += action === "drop" ? "" : action === "mask" ? pattern.mask : hash(text.slice(...range));
    from = range[1];
  }
  return made + text.slice(from);
}
