import type { HeaderList } from "@/domain/header-list";

/** How much of a response's body is read and kept. */
export const BODY_BYTES_MAX = 16_384;

/** Bytes as text that PostgreSQL can store: what is not UTF-8, and NUL, become U+FFFD. A cut last character is dropped. */
export function decodeBody(bytes: Uint8Array, truncated: boolean): string {
  // decoding as the start of a stream leaves out an incomplete last character
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: truncated }).replaceAll("\0", "\uFFFD");
}

/**
 * Response headers with lower-case names, in their order, values as latin1 (RFC 9110 section 5.5), repeated ones apart.
 * Their total is bounded by the parser (16 KB).
 * @param raw names and values in turn, as node:http gives them
 */
export function decodeHeaders(raw: readonly string[]): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) headers.push([raw[index]!.toLowerCase(), raw[index + 1]!]);
  return headers;
}
