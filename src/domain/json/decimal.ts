/**
 * A number that filters compare: a finite JavaScript number, or the normal form of a number with more digits. The
 * normal form is `-?<digits>e<exponent>`, where the digits begin and end without zeros. Equal numbers are `===`.
 */
export type NumericValue = number | string;

export type Decimal = { isNegative: boolean; digits: string; exponent: number };

const literal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Tells whether a text has the form of a JSON number. */
export const isNumberText = (text: string): boolean => literal.test(text);

/** A double keeps every digit of a number with at most this many characters and without an exponent. */
const SURE_LENGTH = 15;

/** Tells whether a JavaScript number keeps every digit of a JSON number. */
export function isExactAsDouble(digits: string): boolean {
  if (digits.length <= SURE_LENGTH && !/e/i.test(digits)) return true;
  const value = Number(digits);
  const shortest = String(value);
  if (shortest === digits) return true;
  return Number.isFinite(value) && toNumberNormalForm(digits) === toNumberNormalForm(shortest);
}

/** Rounds an exact number to the nearest JavaScript number. */
export const toNearestNumber = (value: NumericValue): number => (typeof value === "number" ? value : Number(value));

/**
 * Compares two numbers exactly. Rounding keeps their order, so the digits decide only ties.
 * @returns a number below 0 if `left` is less, above 0 if `left` is more
 */
export function compareNumeric(left: NumericValue, right: NumericValue): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return toNearestNumber(left) - toNearestNumber(right) || compareDigits(left, right);
}

function compareDigits(left: NumericValue, right: NumericValue): number {
  const [one, other] = [splitDecimal(String(left)), splitDecimal(String(right))];
  if (one.isNegative !== other.isNegative) return one.isNegative ? -1 : 1;
  const sign = one.isNegative ? -1 : 1;
  const scale = one.digits.length + one.exponent - (other.digits.length + other.exponent);
  if (scale !== 0 && one.digits !== "" && other.digits !== "") return sign * scale;
  return one.digits === other.digits ? 0 : one.digits < other.digits ? -sign : sign;
}

/** Writes the text of a number in its normal form. */
export function toNumberNormalForm(text: string): string {
  const { isNegative, digits, exponent } = splitDecimal(text);
  return digits === "" ? "0e0" : `${isNegative ? "-" : ""}${digits}e${exponent}`;
}

/** Splits a number into digits × 10^exponent. The digits begin and end without zeros; the number zero has no digits. */
export function splitDecimal(text: string): Decimal {
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

/** Removes zeros at the end. It is a loop, because /0+$/ takes quadratic time on zeros. */
function withoutZerosBehind(digits: string): string {
  let to = digits.length;
  while (digits[to - 1] === "0") to -= 1;
  return digits.slice(0, to);
}
