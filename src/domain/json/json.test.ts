import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LongNumber, stringifyJson } from "./long-number";
import { sumDecimals, readNumberOrNumericText } from "./numeric";
import { compareNumeric, isExactAsDouble } from "./decimal";
import { findJsonFault, parseJson, findPositionInText } from "./read-json";

/** JSON numbers of up to 40 digits, some with a fraction or an exponent. */
const numberText = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 25n }),
    fc.option(fc.stringMatching(/^\d{1,20}$/), { nil: null }),
    fc.option(fc.integer({ min: -40, max: 40 }), { nil: null }),
  )
  .map(([minus, whole, fraction, power]) =>
    [minus ? "-" : "", whole, fraction === null ? "" : `.${fraction}`, power === null ? "" : `e${power}`].join(""),
  );

describe("numbers keep their digits from text to text", () => {
  test.each([
    "9007199254740993",
    "-1983516295378495150",
    "0.1234567890123456789",
    "123456789012345678901234567890",
    "1e-400",
    "1e400",
    "[1,9054686819491029395 , 2]",
    '{"a":{"b":[9007199254740993]},"c":0.5}',
    '{"text":"12345678901234567890","n":12345678901234567890}',
  ])("%s", (text) => expect(stringifyJson(parseJson(text))).toBe(text.replaceAll(" ", "")));

  test("any number has the same value after reading and writing", () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const written = stringifyJson(parseJson(`{"n":[${text}]}`)).slice(6, -2);
        expect(compareDecimals(written, text)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a number that JavaScript keeps stays a JavaScript number", () => {
    for (const text of [
      "1",
      "-0.5",
      "1.0",
      "0.30000000000000004",
      "1e22",
      "9007199254740992",
      "1.7976931348623157e308",
    ])
      expect(parseJson(text)).toBe(Number(text));
  });

  test("any JSON is read as JSON.parse reads it, with or without a long number beside it", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
        const beside = parseJson(`[9007199254740993,${text}]`) as unknown[];
        expect(beside[1]).toEqual(JSON.parse(text));
        expect(stringifyJson(beside)).toBe(`[9007199254740993,${JSON.stringify(JSON.parse(text))}]`);
        expect(stringifyJson(beside, 2).replace("9007199254740993", "0")).toBe(
          JSON.stringify([0, JSON.parse(text)], null, 2),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("members such as __proto__ and constructor stay members", () => {
    const text = '{"__proto__":{"a":1},"constructor":{"prototype":2},"n":9007199254740993}';
    const value = parseJson(text) as object;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor", "n"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(stringifyJson(value)).toBe(text);
  });

  test("a plain JSON writer writes the digits of a long number as a text", () => {
    expect(JSON.stringify(parseJson('{"n":9007199254740993}'))).toBe('{"n":"9007199254740993"}');
  });
});

describe("a text that is not JSON", () => {
  test("has its fault at a line, a column and a path", () => {
    const text = '[{"data": {}},\n {"data": {"metadata": {"score": NaN}}}]';
    const fault = findJsonFault(text)!;
    expect(fault).toMatchObject({ message: "A value is missing before NaN.", path: [1, "data", "metadata", "score"] });
    expect(findPositionInText(text, fault.at)).toEqual({ line: 2, column: 34 });
  });
});

describe("numbers compare exactly", () => {
  const numeric = (text: string) => readNumberOrNumericText(parseJson(text))!;

  test("for any two numbers, and equal numbers have one form", () => {
    fc.assert(
      fc.property(numberText, numberText, fc.boolean(), (left, other, near) => {
        const right = near ? left.replace(/\d(?=e|$)/, (digit) => String((Number(digit) + 1) % 10)) : other;
        const order = compareDecimals(left, right);
        // For equal numbers the sign can be -0, which `toBe` would tell from 0.
        expect(Math.sign(compareNumeric(numeric(left), numeric(right))) + 0).toBe(order);
        expect(numeric(left) === numeric(right)).toBe(order === 0);
        expect(readNumberOrNumericText(left)).toBe(numeric(left));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each(["9007199254740993", "+9007199254740993", "0009007199254740993", "-0009007199254740993.5"])(
    "the text %s keeps its digits",
    (text) => {
      const plain = text.replace("+", "").replace(/^(-?)0+/, "$1");
      expect(readNumberOrNumericText(text)).toBe(readNumberOrNumericText(new LongNumber(plain)));
    },
  );

  test("a value out of range, or no number, is null", () => {
    for (const raw of [new LongNumber("1e400"), new LongNumber("-1e400"), "1e400", "", " ", "x", null, true, {}])
      expect(readNumberOrNumericText(raw)).toBeNull();
  });

  test("a huge exponent takes no time", () => {
    expect(compareNumeric(numeric("1e-999999999"), numeric("0"))).toBeGreaterThan(0);
    expect(isExactAsDouble("1e-999999999")).toBe(false);
  });
});

describe("sums", () => {
  test.each([
    [[0.1, 0.2], 0.3],
    [[0.1, 0.7, 0.2], 1],
    [[100_000.1, 200_000.2], 300_000.3],
    [[1e-13, 2e-13], 0],
    [[6e-13, 6e-13], 1e-12],
    [[-0.1, -0.2], -0.3],
    [[3, 4], 7],
    [[new LongNumber("0.10000000000000000001"), 0.2], 0.3],
    [[new LongNumber("1e-999999999"), 0.2], 0.2],
  ])("of %s is %s", (parts, sum) => expect(sumDecimals(parts)).toBe(sum));
});

/** Compares two JSON numbers by whole numbers of any size. @returns -1, 0 or 1 */
function compareDecimals(left: string, right: string): number {
  const units = (text: string): bigint => {
    const [mantissa = "", power = "0"] = text.split("e");
    const [whole = "", fraction = ""] = mantissa.split(".");
    return BigInt(`${whole}${fraction}`) * 10n ** BigInt(Number(power) - fraction.length + 100);
  };
  const [one, other] = [units(left), units(right)];
  return one < other ? -1 : one > other ? 1 : 0;
}
