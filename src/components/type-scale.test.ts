import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { programFiles } from "@/test/source-imports";

const pages = programFiles().filter((path) => path.endsWith(".tsx"));
const classes = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/"([^"\n]*\b(?:text|font)-[^"\n]*)"/g)].map((match) => match[1]!);

test.each([
  ["sizes besides meta, body, section titles, page titles and figures", /\btext-(lg|[2-9]xl|\[\d)/],
  ["bold text", /\bfont-(bold|extrabold|black)\b/],
  ["semibold text that is no page title and no figure", /^(?!.*\btext-(xl|figure)\b).*\bfont-semibold\b/],
])("no page has %s", (_, pattern) => {
  expect(
    pages.flatMap((path) =>
      classes(path)
        .filter((text) => pattern.test(text))
        .map((text) => [path, text]),
    ),
  ).toEqual([]);
});
