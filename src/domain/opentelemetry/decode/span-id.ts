import { OtlpDecodingError } from "./trace-export";

const HEX = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Matches 16 or 8 bytes in base64. */
const BASE64 = /^(?:[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{11}=)$/;
const PRINTABLE = /^[^\p{C}]{1,128}$/u;
const ZEROS = /^0*$/;
const ID_BYTES_MAX = 64;

/**
 * Reads an id as text. Bytes, 16 or 32 hex digits, base64 of 8 or 16 bytes and UUIDs become lower-case hex. Other
 * printable text of 1 to 128 characters stays as it is. The result is empty if the id is missing or all zeros, which
 * the specification calls invalid.
 * @throws OtlpDecodingError for anything else
 */
export function readOtlpId(value: unknown, name: string): string {
  const id = textOf(value, name);
  return ZEROS.test(id) ? "" : id;
}

/** Checks the ids of a span. @throws OtlpDecodingError if one is empty, see `readOtlpId` */
export function checkSpanIds({ traceId, spanId }: { traceId: string; spanId: string }): void {
  if (traceId === "") throw new OtlpDecodingError("traceId is missing or zero");
  if (spanId === "") throw new OtlpDecodingError("spanId is missing or zero");
}

function textOf(value: unknown, name: string): string {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "string") return fromText(value.trim(), name);
  const bytes = bytesOf(value);
  if (!bytes) throw new OtlpDecodingError(`${name} must be hex text`);
  return toHex(bytes);
}

function fromText(text: string, name: string): string {
  if (HEX.test(text)) return text.toLowerCase();
  if (UUID.test(text)) return text.replaceAll("-", "").toLowerCase();
  if (BASE64.test(text)) return toHex(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  if (text === "" || PRINTABLE.test(text)) return text;
  throw new OtlpDecodingError(`${name} must be 1 to 128 printable characters`);
}

/** Reads bytes from a list of numbers, or from the JSON of a Buffer of Node.js. */
function bytesOf(value: unknown): Uint8Array | null {
  const list: unknown =
    value instanceof Uint8Array || Array.isArray(value) ? value : (value as { data?: unknown }).data;
  if (list instanceof Uint8Array) return list.length <= ID_BYTES_MAX ? list : null;
  const isBytes =
    Array.isArray(list) &&
    list.length <= ID_BYTES_MAX &&
    list.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  return isBytes ? Uint8Array.from(list as number[]) : null;
}

function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += (byte < 16 ? "0" : "") + byte.toString(16);
  return hex;
}
