import { LongNumber } from "./long-number";

const BAD = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * Whether text that was read from UTF-8 can hold NUL or lone surrogates, which PostgreSQL's text refuses: in itself, or
 * in an escape of JSON, which may stand in a text within the text.
 */
export const mayHoldBadText = (raw: string): boolean => /\\u0000|\\u[dD][89a-fA-F]/.test(raw) || raw.includes("\0");

/**
 * Replaces NUL and lone surrogates, common in model output, by U+FFFD, in keys and values.
 * @param hasBrokenBytes U+FFFD may stand for bytes that were no UTF-8: a text with one counts as changed
 */
export function cleanText(value: unknown, { hasBrokenBytes = false } = {}): { value: unknown; changed: boolean } {
  let changed = false;
  const clean = (text: string): string => {
    const next = text.replace(BAD, "\uFFFD");
    if (next !== text || (hasBrokenBytes && text.includes("\uFFFD"))) changed = true;
    return next;
  };
  const walk = (node: unknown): unknown => {
    if (typeof node === "string") return clean(node);
    if (Array.isArray(node)) return node.map(walk);
    if (node && typeof node === "object" && !(node instanceof LongNumber))
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [clean(key), walk(item)]));
    return node;
  };
  return { value: walk(value), changed };
}
