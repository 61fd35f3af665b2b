import { LongNumber } from "../../json/long-number";

/** The number of digits at the end of a count of nanoseconds that are parts of a millisecond. */
const BELOW_MS = 6;
/** Matches a count of nanoseconds in digits. The largest count of the protocol, 2^64 - 1, has 20 digits. */
const DIGITS = /^\d{1,20}$/;
/** Matches a count that was written as a floating-point number: `1700000000012345678.5`, `1.7000000000123457e+18`. */
const FLOATING = /^\d{1,20}(?:\.\d{0,20})?(?:e\+?1\d)?$/i;

/**
 * Converts nanoseconds since 1970 to whole milliseconds. The value is decimal text, a number or `{high, low}`. Null if
 * the count is missing, unreadable or below a millisecond.
 */
export function convertNanosToMs(value: unknown): number | null {
  const digits = wholeDigits(digitsOf(value) ?? "");
  if (digits === null) return null;
  const ms = Number(digits.slice(0, -BELOW_MS));
  return ms > 0 ? ms : null;
}

function wholeDigits(text: string): string | null {
  if (DIGITS.test(text)) return text;
  return FLOATING.test(text) ? BigInt(Math.trunc(Number(text))).toString() : null;
}

function digitsOf(value: unknown): string | null {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number") return String(value);
  if (value instanceof LongNumber) return value.digits;
  if (typeof value !== "object" || value === null) return null;
  const { high, low } = value as { high?: unknown; low?: unknown };
  return typeof high === "number" && typeof low === "number" ? joinUint64Halves(high >>> 0, low >>> 0) : null;
}

/** Returns the decimal digits of a 64-bit count from its two halves of 32 bits. */
export function joinUint64Halves(high: number, low: number): string {
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}
