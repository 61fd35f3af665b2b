/** Matches one escape of JSON text, so that an escaped backslash never counts as the beginning of another escape. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;
/** Matches the escapes that PostgreSQL refuses to convert to text: NUL, and lone surrogates. */
const REFUSED = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/**
 * Writes a value as a JSON parameter of a statement. NUL and lone surrogates become U+FFFD, because PostgreSQL would
 * refuse the whole statement, with the rows of other senders. A text that is cut inside of a pair ends with a lone
 * surrogate.
 */
export function jsonParameter(value: unknown): string {
  const json = JSON.stringify(value);
  return REFUSED.test(json) ? json.replace(ESCAPE, (escape) => (REFUSED.test(escape) ? "\\ufffd" : escape)) : json;
}
