import { mayHoldUnstorableText, replaceUnstorableText } from "@/domain/json/unstorable-text";

/**
 * Writes a value as a JSON parameter of a statement. NUL and lone surrogates become U+FFFD, because PostgreSQL would
 * refuse the whole statement, with the rows of other senders. A text that is cut inside of a pair ends with a lone
 * surrogate.
 */
export function toJsonParameter(value: unknown): string {
  const json = JSON.stringify(value);
  return mayHoldUnstorableText(json) ? JSON.stringify(replaceUnstorableText(JSON.parse(json)).value) : json;
}
