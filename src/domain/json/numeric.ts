import { LongNumber } from "./long-number";

/**
 * A number that filters compare: a finite JavaScript number, or the normal form of one with more digits.
 * The normal form is `-?<digits>e<exponent>`, without zeros at either end. Equal numbers are equal (`===`).
 */
export type Numeric = number | string;

type Decimal = { isNegative: boolean; digits: string; exponent: number };

const literal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Whether a text is a number as JSON writes it. */
export const isNumberText = (text: string): boolean => literal.test(text);

/** Up to so many characters every number is kept: a double has 15 sure digits. An exponent is looked at in any case. */
const SURE_LENGTH = 15;

/** Whether a JavaScript number keeps every digit of a JSON number. */
export function isKept(digits: string): boolean {
  if (digits.length <= SURE_LENGTH && !/e/i.test(digits)) return true;
  const value = Number(digits);
  const shortest = String(value);
  if (shortest === digits) return true;
  return Number.isFinite(value) && normalForm(digits) === normalForm(shortest);
}

/** A number of parsed JSON, or a text that is one. Null for anything else and for what is beyond a number's range. */
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

/** A number that a person typed: as a number, or as its digits where a number does not keep them. Null for no number. */
export function readNumber(typed: string): number | string | null {
  const text = typed.trim();
  const isLong = isNumberText(text) && !isKept(text);
  return toNumeric(text) === null ? null : isLong ? text : Number(text);
}

/** The nearest JavaScript number. */
export const nearest = (value: Numeric): number => (typeof value === "number" ? value : Number(value));

/** Below 0 where the left is less, above 0 where it is more. Exact: rounding keeps the order, so digits settle ties alone. */
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

/** `digits` without zeros at either end, empty for zero; the value is digits × 10^exponent. */
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

/** By hand: an expression such as /0+$/ takes quadratic time on zeros. */
function withoutZerosBehind(digits: string): string {
  let to = digits.length;
  while (digits[to - 1] === "0") to -= 1;
  return digits.slice(0, to);
}

/** Decimal places that a sum keeps, and those that its parts are added with. */
const SUM_PLACES = 12;
const PART_PLACES = 30;

/** The sum of finite numbers, added as decimals and rounded to 12 places: 0.1 + 0.2 is 0.3. */
export function sumOf(values: readonly (number | LongNumber)[]): number {
  if (values.every(Number.isSafeInteger)) return (values as number[]).reduce((left, right) => left + right, 0);
  const sum = values.map((value) => inUnits(decimalOf(String(value)))).reduce((left, right) => left + right, 0n);
  const unit = 10n ** BigInt(PART_PLACES - SUM_PLACES);
  const half = sum < 0n ? -unit / 2n : unit / 2n;
  return Number(`${(sum + half) / unit}e-${SUM_PLACES}`);
}

/** Whole units of the last place that parts are added with. */
function inUnits({ isNegative, digits, exponent }: Decimal): bigint {
  const places = exponent + PART_PLACES;
  // Beyond these digits nothing reaches the rounded sum.
  const kept = places < 0 ? digits.slice(0, Math.max(0, digits.length + places)) : digits;
  const value = BigInt(kept || "0") * 10n ** BigInt(kept === "" ? 0 : Math.max(0, places));
  return isNegative ? -value : value;
}
