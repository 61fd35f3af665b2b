import { expect, test } from "vitest";
import { formatJsonPath } from "./json-path";
import { measureJsonDepth, searchJson } from "./json-search";

const body = { usage: { input: 12, total: 40 }, tags: ["alpha", { name: "beta" }], note: null };

test("a search finds names and values in upper and lower case, and their parents", () => {
  const hits = searchJson(body, "BETA")!;
  expect(hits.count).toBe(1);
  expect(hits.has("tags", body.tags)).toBe(true);
  expect(hits.has("", body.tags[1])).toBe(true);
  expect(hits.has("", "alpha")).toBe(false);
  expect(hits.has("usage", body.usage)).toBe(false);
  expect(searchJson(body, "total")?.count).toBe(1);
  expect(searchJson(body, "null")?.count).toBe(1);
});

test("the index of an item is no hit", () => {
  expect(searchJson([10, 20], "1")?.count).toBe(1);
});

test("an empty text is no search", () => {
  expect(searchJson(body, "  ")).toBeNull();
});

test("a body of any depth is searched and measured without an overflow of the stack", () => {
  let deep: unknown = "end";
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(measureJsonDepth(deep)).toBe(200);
  expect(searchJson(deep, "end")?.count).toBe(0);
});

test("the path of a value is a JSONPath, and unusual keys are quoted", () => {
  expect(formatJsonPath(["usage", "input tokens", 0, "a"])).toBe('$.usage["input tokens"][0].a');
  expect(formatJsonPath([])).toBe("$");
});
