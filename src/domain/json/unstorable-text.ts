import { LongNumber } from "./long-number";

const BAD = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * Tells whether JSON text may hold NUL or lone surrogates, which PostgreSQL refuses in texts. It looks for NUL itself
 * and for escapes of both, also those in JSON inside of a text.
 */
export const mayHoldUnstorableText = (raw: string): boolean =>
  /\\u0000|\\u[dD][89a-fA-F]/.test(raw) || raw.includes("\0");

/**
 * Replaces NUL and lone surrogates by U+FFFD, in keys and values. Model output often has them.
 * @param hasBrokenBytes U+FFFD may stand for bytes that were not UTF-8: a text with U+FFFD then counts as changed
 */
export function replaceUnstorableText(
  value: unknown,
  { hasBrokenBytes = false } = {},
): { value: unknown; changed: boolean } {
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
