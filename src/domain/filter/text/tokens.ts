/** A part of a filter's text: a word, a text in quotes, a bracket, a separator, or the sign of an operator. */
export type FilterToken = {
  kind: "word" | "text" | "sign";
  /** the word or sign itself, or the text without its quotes */
  value: string;
  /** the offset of the token's first character */
  at: number;
};

/**
 * The error of a text that cannot be read as a filter. `at` is the offset of the fault. The message says what to
 * change.
 */
export class FilterTextError extends Error {
  override readonly name = "FilterTextError";
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

const SIGN = /[(),;]|<>|!=|>=|<=|[=<>]/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y;
const WORD = /[^\s"(),;=<>!]+/y;

/**
 * Splits a filter's text into tokens.
 * @throws FilterTextError for a quote that is not closed, an escape that JSON does not know, or a sign without a
 * meaning
 */
export function readFilterTokens(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  const take = (pattern: RegExp, at: number): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const quoted = take(QUOTED, at);
    const sign = take(SIGN, at);
    const found = quoted ?? sign ?? take(WORD, at);
    if (found === null) throw new FilterTextError(at, faultAt(text, at));
    tokens.push(
      quoted === null
        ? { kind: sign === null ? "word" : "sign", value: found, at }
        : { kind: "text", value: unquoted(quoted, at), at },
    );
    at += found.length;
  }
  return tokens;
}

function faultAt(text: string, at: number): string {
  if (text.charAt(at) === '"')
    return 'This quote is not closed on its line. Add " after the value; write a line break as \\n.';
  return `${JSON.stringify(text.charAt(at))} has no meaning here. Put texts in quotes.`;
}

function unquoted(quoted: string, at: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new FilterTextError(at, 'This text has an escape that JSON does not know. Write \\\\ for \\, \\" for ".');
  }
}
