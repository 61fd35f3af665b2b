import { expect, test } from "vitest";
import { formatCsvLine } from "./csv";

test.each([
  ["=1+1", "'=1+1"],
  ["+cmd", "'+cmd"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", '"\'\t=1"'],
  ["\r=1", '"\'\r=1"'],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ["a=b", "a=b"],
])("a spreadsheet does not run %j", (cell, written) => expect(formatCsvLine([cell])).toBe(`${written}\r\n`));

test("commas, quotes and line breaks are quoted, and numbers and nothing stay plain", () => {
  expect(formatCsvLine(["a,b", 'say "hi"', "two\nlines", -5, true, null, ""])).toBe(
    '"a,b","say ""hi""","two\nlines",-5,true,,\r\n',
  );
});
