import {
  splitDecimal,
  isExactAsDouble,
  isNumberText,
  toNumberNormalForm,
  type Decimal,
  type NumericValue,
} from "./decimal";
import { readNumericValue, type LongNumber } from "./long-number";

/**
 * Returns the number of a value in parsed JSON, which may be a text of a number. Null for anything else, and beyond the
 * range of a double.
 */
export function readNumberOrNumericText(raw: unknown): NumericValue | null {
  if (typeof raw !== "string") return readNumericValue(raw);
  const text = raw.trim();
  // Metadata often holds numbers as text.
  const value = text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return null;
  // A text may have a plus and zeros before its digits, which JSON forbids.
  const digits = text.replace(/^\+/, "").replace(/^(-?)0+(?=\d)/, "$1");
  return isNumberText(digits) && !isExactAsDouble(digits) ? toNumberNormalForm(digits) : value;
}

/**
 * Reads a number that a person entered in a field. It returns the text if JavaScript would round the number, and null
 * if the text is no number.
 */
export function readEnteredNumber(typed: string): number | string | null {
  const text = typed.trim();
  const isLong = isNumberText(text) && !isExactAsDouble(text);
  return readNumberOrNumericText(text) === null ? null : isLong ? text : Number(text);
}

/** The decimal places of a finished sum. */
const SUM_PLACES = 12;
/** The decimal places that each part of a sum keeps. */
const PART_PLACES = 30;

/** Adds finite numbers as decimals and rounds to 12 places: 0.1 + 0.2 is 0.3. */
export function sumDecimals(values: readonly (number | LongNumber)[]): number {
  if (values.every(Number.isSafeInteger)) return (values as number[]).reduce((left, right) => left + right, 0);
  const sum = values.map((value) => inUnits(splitDecimal(String(value)))).reduce((left, right) => left + right, 0n);
  const unit = 10n ** BigInt(PART_PLACES - SUM_PLACES);
  const half = sum < 0n ? -unit / 2n : unit / 2n;
  return Number(`${(sum + half) / unit}e-${SUM_PLACES}`);
}

/** Converts a decimal to an integer, in units of its PART_PLACES-th decimal place. */
function inUnits({ isNegative, digits, exponent }: Decimal): bigint {
  const places = exponent + PART_PLACES;
  // Digits behind the last of PART_PLACES decimal places are dropped, because the sum is rounded to 12 places.
  const kept = places < 0 ? digits.slice(0, Math.max(0, digits.length + places)) : digits;
  const value = BigInt(kept || "0") * 10n ** BigInt(kept === "" ? 0 : Math.max(0, places));
  return isNegative ? -value : value;
}
