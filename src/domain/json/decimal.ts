/**
 * A number that filters compare: a finite JavaScript number, or the normal form of one with more digits.
 * The normal form is `-?<digits>e<exponent>`, without zeros at either end. Equal numbers are equal (`===`).
 */
export type Numeric = number | string;

export type Decimal = { isNegative: boolean; digits: string; exponent: number };

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

/** Writes a number's text in its normal form. */
export function normalForm(text: string): string {
  const { isNegative, digits, exponent } = decimalOf(text);
  return digits === "" ? "0e0" : `${isNegative ? "-" : ""}${digits}e${exponent}`;
}

/** Splits a number into digits × 10^exponent. The digits have no zeros at either end; zero has none. */
export function decimalOf(text: string): Decimal {
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
