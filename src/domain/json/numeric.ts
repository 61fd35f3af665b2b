import { LongNumber } from "./long-number";

/**
 * A number that filters compare: a finite JavaScript number, or the normal form of one with more digits.
 * The normal form is `-?<digits>e<exponent>`, without zeros at either end. Equal numbers are equal (`===`).
 */
export type Numeric = number | string;

type Decimal = { isNegative: boolean; digits: string; exponent: number };

const literal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Tells whether a text is a number in the form of JSON. */
export const isNumberText = (text: string): boolean => literal.test(text);

/** A double keeps every number of up to this many characters, unless it has an exponent. */
const SURE_LENGTH = 15;

/** Tells whether a JavaScript number keeps every digit of a JSON number. */
export function isKept(digits: string): boolean {
  if (digits.length <= SURE_LENGTH && !/e/i.test(digits)) return true;
  const value = Number(digits);
  const shortest = String(value);
  if (shortest === digits) return true;
  return Number.isFinite(value) && normalForm(digits) === normalForm(shortest);
}

/**
 * Reads a number of parsed JSON, or a text that is a number. Null for anything else, and beyond the range of a double.
 */
export function toNumeric(raw: unknown): Numeric | null {
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : null;
  if (raw instanceof LongNumber) return Number.isFinite(raw.valueOf()) ? normalForm(raw.digits) : null;
  if (typeof raw !== "string") return null;
  const text = raw.trim();
  // Metadata often carries numbers as text.
  const value = text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return null;
  return isNumberText(text) && !isKept(text) ? normalForm(text) : value;
}

/** Reads a number that a person typed. A number that JavaScript would round stays a text. Null for no number. */
export function readNumber(typed: string): number | string | null {
  const text = typed.trim();
  const isLong = isNumberText(text) && !isKept(text);
  return toNumeric(text) === null ? null : isLong ? text : Number(text);
}

/** Returns the nearest JavaScript number. */
export const nearest = (value: Numeric): number => (typeof value === "number" ? value : Number(value));

/**
 * Compares two numbers exactly. Rounding keeps their order, so digits only decide ties.
 * @returns below 0 if the left is less, above 0 if it is more
 */
export function compareNumeric(left: Numeric, right: Numeric): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return nearest(left) - nearest(right) || compareDigits(left, right);
}

function compareDigits(left: Numeric, right: Numeric): number {
  const [one, other] = [decimalOf(String(left)), decimalOf(String(right))];
  if (one.isNegative !== other.isNegative) return one.isNegative ? -1 : 1;
  const sign = one.isNegative ? -1 : 1;
  const scale = one.digits.length + one.exponent - (other.digits.length + other.exponent);
  if (scale !== 0 && one.digits !== "" && other.digits !== "") return sign * scale;
  return one.digits === other.digits ? 0 : one.digits < other.digits ? -sign : sign;
}

function normalForm(text: string): string {
  const { isNegative, digits, exponent } = decimalOf(text);
  return digits === "" ? "0e0" : `${isNegative ? "-" : ""}${digits}e${exponent}`;
}

/** Splits a number into digits × 10^exponent. The digits have no zeros at either end; zero has none. */
function decimalOf(text: string): Decimal {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e");
  const isNegative = mantissa.startsWith("-");
  const [whole = "", fraction = ""] = (isNegative ? mantissa.slice(1) : mantissa).split(".");
  const all = withoutZerosBefore(whole + fraction);
  const digits = withoutZerosBehind(all);
  return { isNegative, digits, exponent: Number(power) - fraction.length + all.length - digits.length };
}

function withoutZerosBefore(digits: string): string {
  let from = 0;
  while (digits[from] === "0") from += 1;
  return digits.slice(from);
}

/** Removes zeros at the end. A loop, since /0+$/ takes quadratic time on zeros. */
function withoutZerosBehind(digits: string): string {
  let to = digits.length;
  while (digits[to - 1] === "0") to -= 1;
  return digits.slice(0, to);
}

/** The decimal places of a sum, and of its parts while they are added. */
const SUM_PLACES = 12;
const PART_PLACES = 30;

/** Adds finite numbers as decimals and rounds to 12 places: 0.1 + 0.2 is 0.3. */
export function sumOf(values: readonly (number | LongNumber)[]): number {
  if (values.every(Number.isSafeInteger)) return (values as number[]).reduce((left, right) => left + right, 0);
  const sum = values.map((value) => inUnits(decimalOf(String(value)))).reduce((left, right) => left + right, 0n);
  const unit = 10n ** BigInt(PART_PLACES - SUM_PLACES);
  const half = sum < 0n ? -unit / 2n : unit / 2n;
  return Number(`${(sum + half) / unit}e-${SUM_PLACES}`);
}

/** Converts a number to whole units of the last place. */
function inUnits({ isNegative, digits, exponent }: Decimal): bigint {
  const places = exponent + PART_PLACES;
  // Further digits do not change the rounded sum.
  const kept = places < 0 ? digits.slice(0, Math.max(0, digits.length + places)) : digits;
  const value = BigInt(kept || "0") * 10n ** BigInt(kept === "" ? 0 : Math.max(0, places));
  return isNegative ? -value : value;
}
