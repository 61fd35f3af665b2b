/** How much of a response's body is read and kept. */
export const BODY_BYTES_MAX = 16_384;

/** Bytes as text that PostgreSQL can store: what is not UTF-8, and NUL, become U+FFFD. A cut last character is dropped. */
export function decodeBody(bytes: Uint8Array, truncated: boolean): string {
  // decoding as the start of a stream leaves out an incomplete last character
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: truncated }).replaceAll("\0", "\uFFFD");
}

/**
 * Response headers by lower-case name, values as latin1 (RFC 9110 section 5.5), repeated ones joined by ", ".
 * Their total is bounded by the parser (16 KB).
 * @param raw names and values in turn, as node:http gives them
 */
export function decodeHeaders(raw: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]!.toLowerCase();
    const value = raw[index + 1]!;
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
