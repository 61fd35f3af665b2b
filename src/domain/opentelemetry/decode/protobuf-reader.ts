import { isExactAsDouble } from "../../json/decimal";
import { LongNumber } from "../../json/long-number";
import { OtlpDecodingError } from "./trace-export";

/** Wire types (https://protobuf.dev/programming-guides/encoding/). The reader refuses groups, which OTLP never had. */
export const WIRE_TYPE_VARINT = 0;
export const WIRE_TYPE_FIXED64 = 1;
export const WIRE_TYPE_LENGTH = 2;
const FIXED32 = 5;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
/** Up to this many bytes, a loop over ASCII is faster than TextDecoder. */
const SHORT = 32;
const VARINT_BYTES_MAX = 10;
const TWO_TO_32 = 2 ** 32;
/** A 64-bit number is below 2^53 if its upper 32 bits are below this number. */
const SAFE_HIGH = 2 ** 21;

/** Reads the fields of one protobuf message, which is a range of the request's bytes. */
export class ProtobufReader {
  private at: number;
  /** the offset at which the last content began: a text, bytes or a message */
  private last = 0;
  field = 0;
  wire = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly start = 0,
    private readonly end = bytes.length,
  ) {
    this.at = start;
  }

  /** Makes a reader of the same message, at its beginning. */
  again(): ProtobufReader {
    return new ProtobufReader(this.bytes, this.start, this.end);
  }

  /** Goes to the next field and sets `field` and `wire`. Returns false at the end of the message. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint().low;
    this.field = tag >>> 3;
    this.wire = tag & 7;
    if (this.field === 0) this.fail("a field has the number 0");
    return true;
  }

  /** Tells whether this field has the wanted number and wire type. The caller must skip any other field. */
  is(field: number, wire: number): boolean {
    return this.field === field && this.wire === wire;
  }

  slice(): Uint8Array {
    const start = this.length();
    return this.bytes.subarray(start, this.at);
  }

  message(): ProtobufReader {
    const start = this.length();
    return new ProtobufReader(this.bytes, start, this.at);
  }

  /** Reads a text in UTF-8. Each broken sequence becomes U+FFFD. */
  text(): string {
    const start = this.length();
    if (this.at - start > SHORT) return decoder.decode(this.bytes.subarray(start, this.at));
    let text = "";
    for (let at = start; at < this.at; at++) {
      const byte = this.bytes[at]!;
      if (byte > 0x7f) return decoder.decode(this.bytes.subarray(start, this.at));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Tells whether the last text was valid UTF-8. If so, a U+FFFD in it came from its sender. */
  wasUtf8(): boolean {
    try {
      strict.decode(this.bytes.subarray(this.last, this.at));
      return true;
    } catch {
      return false;
    }
  }

  /** Reads a signed varint of 64 bits: a number, or a LongNumber with all its digits. */
  int64(): number | LongNumber {
    const { low, high } = this.varint();
    if (high < SAFE_HIGH) return high * TWO_TO_32 + low;
    if (high === 0xffffffff && low !== 0) return low - TWO_TO_32;
    const digits = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString();
    return isExactAsDouble(digits) ? Number(digits) : new LongNumber(digits);
  }

  fixed64(): { high: number; low: number } {
    const view = this.view(8);
    return { low: view.getUint32(0, true), high: view.getUint32(4, true) };
  }

  double(): number {
    return this.view(8).getFloat64(0, true);
  }

  skip(): void {
    if (this.wire === WIRE_TYPE_VARINT) this.varint();
    else if (this.wire === WIRE_TYPE_FIXED64) this.step(8);
    else if (this.wire === WIRE_TYPE_LENGTH) this.length();
    else if (this.wire === FIXED32) this.step(4);
    else this.fail(`field ${this.field} has the wire type ${this.wire}`);
  }

  /** Skips a field that has a length. Returns the start of its content, which ends at the reader's new position. */
  private length(): number {
    const { low, high } = this.varint();
    const start = this.at;
    if (high !== 0 || start + low > this.end) this.fail("a length reaches beyond the end");
    this.at = start + low;
    return (this.last = start);
  }

  private varint(): { low: number; high: number } {
    let low = 0;
    let high = 0;
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      if (this.at >= this.end) this.fail("a number ends too early");
      const byte = this.bytes[this.at++]!;
      const bits = byte & 0x7f;
      const shift = index * 7;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 };
    }
    return this.fail("a number has more than 10 bytes");
  }

  private view(size: number): DataView {
    const start = this.step(size);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, size);
  }

  private step(size: number): number {
    const start = this.at;
    if (start + size > this.end) this.fail("a number ends too early");
    this.at += size;
    return start;
  }

  private fail(what: string): never {
    throw new OtlpDecodingError(`It is no protobuf of OTLP: ${what}`);
  }
}

/** Writes bytes as base64. It works in chunks, because the number of a function's arguments is limited. */
export function toBase64(bytes: Uint8Array): string {
  const chunk = 0x6000;
  let made = "";
  for (let start = 0; start < bytes.length; start += chunk)
    made += btoa(String.fromCharCode(...bytes.subarray(start, start + chunk)));
  return made;
}
