import type { HeaderList } from "@/domain/header-list";

/** The most bytes of a response's body that are read and kept. */
export const RESPONSE_BODY_BYTES_MAX = 16_384;

/**
 * Decodes the bytes of a response to text that PostgreSQL can store. NUL and invalid UTF-8 become U+FFFD. An incomplete
 * character at the end of a truncated body is dropped.
 */
export function decodeResponseBody(bytes: Uint8Array, truncated: boolean): string {
  // With `stream`, the decoder leaves out an incomplete last character.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: truncated }).replaceAll("\0", "\uFFFD");
}

/**
 * Decodes response headers in their order, with lower-case names and latin1 values (RFC 9110 section 5.5). A repeated
 * header has one entry for each value. Node's parser limits them to 16 KB.
 * @param raw names and values in turn, as node:http returns them
 */
export function decodeResponseHeaders(raw: readonly string[]): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) headers.push([raw[index]!.toLowerCase(), raw[index + 1]!]);
  return headers;
}
