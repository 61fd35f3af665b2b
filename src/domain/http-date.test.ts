import fc from "fast-check";
import { expect, test } from "vitest";
import { parseHttpDate } from "./http-date";

const now = new Date("2026-01-02T03:04:05.000Z");
const read = (text: string): string | null => {
  const at = parseHttpDate(text, now);
  return at === null ? null : new Date(at).toISOString();
};

test("the three forms of RFC 9110 are the same instant, in any time zone of the machine", () => {
  for (const text of ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]) {
    expect(read(text)).toBe("1994-11-06T08:49:37.000Z");
  }
});

test("every date in the preferred form is read back", () => {
  const date = fc.date({
    min: new Date("0100-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(date, (at) => {
      expect(parseHttpDate(at.toUTCString(), now)).toBe(Math.floor(at.getTime() / 1_000) * 1_000);
    }),
  );
});

test.each([
  ["26", "2026"],
  ["76", "2076"],
  ["77", "1977"],
  ["00", "2000"],
])("a year of two digits is at most 50 years ahead: %s is %s", (short, long) =>
  expect(read(`Friday, 02-Jan-${short} 03:04:05 GMT`)).toBe(`${long}-01-02T03:04:05.000Z`),
);

test("a leap second is the next minute", () =>
  expect(read("Sat, 31 Dec 2016 23:59:60 GMT")).toBe("2017-01-01T00:00:00.000Z"));

test.each([
  "",
  "soon 5",
  "try 2030",
  "2026-01-02T03:04:05Z",
  "Fri, 31 Feb 2026 03:09:05 GMT",
  "Fri, 00 Jan 2026 03:09:05 GMT",
  "Fri, 02 Jan 2026 24:00:00 GMT",
  "Fri, 02 Jan 2026 03:60:00 GMT",
  "Fri, 02 Jan 2026 03:09:05 +0200",
  "fri, 02 jan 2026 03:09:05 gmt",
  "Fri, 02 Jan 2026 03:09:05 GMT, 5",
])("%j is no HTTP date", (text) => expect(read(text)).toBeNull());
