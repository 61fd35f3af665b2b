import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { programFiles } from "@/test/source-imports";

test("a page is as wide as a list, a form, or a form with a rail; no page has a width of its own", () => {
  const pages = programFiles().filter((path) => path.endsWith(".tsx"));
  const ownWidth = /\bmax-w-(?:[3-7]xl|screen-\w+|\[[^\]]*(?:rem|px)\])(?![\w-])/g;
  expect(
    pages.flatMap((path) => (readFileSync(path, "utf8").match(ownWidth) ?? []).map((found) => [path, found])),
  ).toEqual([]);
});
