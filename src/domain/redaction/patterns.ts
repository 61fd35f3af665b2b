import { findCardNumbers, findEmails, findSecretKeys, type TextRange } from "./find-values";
import type { RedactionMethod, RedactionRule } from "./rules";

/** A redaction rule that searches all texts of an event for values. */
export type RedactionPattern = {
  action: RedactionMethod;
  /** the text that replaces a masked value */
  mask: string;
  /** finds the ranges to redact; null if the project has used up its time for regular expressions */
  find(text: string): TextRange[] | null;
};

/** The replacement of a masked value, except for email addresses, card numbers and keys. */
export const MASKED_TEXT = "[masked]";

/**
 * Finds the matches of a regular expression in a text.
 * @returns null if the project has used up its time for regular expressions
 */
export type ExpressionSearch = (source: string, text: string) => TextRange[] | null;

/** Makes the patterns of the rules that search texts, in the order of the rules. */
export function makeRedactionPatterns(rules: readonly RedactionRule[], search: ExpressionSearch): RedactionPattern[] {
  return rules.flatMap((rule): RedactionPattern[] => {
    const { action } = rule;
    switch (rule.find) {
      case "path":
        return [];
      case "email":
        return [{ action, mask: "[email]", find: findEmails }];
      case "card":
        return [{ action, mask: "[card]", find: findCardNumbers }];
      case "key":
        return [{ action, mask: "[key]", find: findSecretKeys }];
      case "expression":
        return [{ action, mask: MASKED_TEXT, find: (text) => search(rule.expression, text) }];
      default:
        return rule satisfies never;
    }
  });
}

/**
 * The fewest characters of a value that is also searched inside of longer texts. A shorter value occurs there by
 * chance, so only a text equal to it is a copy.
 */
const PART_MIN = 4;

/** Makes a pattern that finds other copies of a value in the same event, after a rule by path has found the value. */
export const makeValueCopyPattern = (value: string, action: RedactionMethod): RedactionPattern => ({
  action,
  mask: MASKED_TEXT,
  find: (text) => (value.length < PART_MIN ? (text === value ? [[0, text.length]] : []) : placesOf(value, text)),
});

function placesOf(value: string, text: string): TextRange[] {
  const found: TextRange[] = [];
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
    found.push([at, at + value.length]);
  return found;
}

/** The place of a value that a redaction pattern has found in a text. */
export type RedactionMatch = { range: TextRange; pattern: RedactionPattern };

/**
 * Searches a text with patterns. The values come in the order of the text. If two values overlap, the earlier pattern's
 * value counts. What is left of the other value counts as a value of its own.
 * @returns null if the project has used up its time for regular expressions
 */
export function findRedactionMatches(text: string, patterns: readonly RedactionPattern[]): RedactionMatch[] | null {
  const cuts: RedactionMatch[] = [];
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

function around([start, end]: TextRange, taken: readonly TextRange[]): TextRange[] {
  const found: TextRange[] = [];
  let from = start;
  for (const [first, last] of [...taken].sort((a, b) => a[0] - b[0])) {
    if (first > from) found.push([from, first]);
    from = Math.max(from, last);
  }
  if (from < end) found.push([from, end]);
  return found;
}

/** Replaces the values that patterns have found in a text. */
export function replaceRedactionMatches(
  text: string,
  cuts: readonly RedactionMatch[],
  { hash, isHashed = false }: { hash: (text: string) => string; isHashed?: boolean },
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
