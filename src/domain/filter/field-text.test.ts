import { expect, test } from "vitest";
import { compileKeyReader, convertFieldToText, FIELD_TEXT_BYTES_MAX } from "./field-text";

const value = {
  tier: "gold",
  "a.b": "exact",
  a: { b: "path", c: null, "d.e": { f: "dotted inside" } },
  messages: [{ content: "first" }, { content: ["x", "y"] }],
  attributes: { "gen_ai.system": "openai", gen_ai: { other: 1 }, "gen_ai.usage": { tokens: 3 } },
};

test.each([
  ["tier", "gold"],
  ["a.b", "exact"],
  ["a.c", null],
  ["messages.0.content", "first"],
  ["messages.1.content.1", "y"],
  ["messages.length", 2],
  ["attributes.gen_ai.system", "openai"],
  ["attributes.gen_ai.other", 1],
  ["attributes.gen_ai.usage.tokens", 3],
  ["a.d.e.f", "dotted inside"],
])("the key %s finds its place", (key, found) => {
  expect(compileKeyReader(key)(value)).toBe(found);
});

test.each([
  "other",
  "tier.x",
  "messages.2.content",
  "messages.-1",
  "a.b.c",
  "constructor",
  "a.__proto__.x",
  "attributes.gen_ai.nothing.here",
  "",
  ".",
  "..",
  "a..b",
])("the key %j finds nothing", (key) => {
  expect(compileKeyReader(key)(value)).toBeUndefined();
});

test("a value that is no object has no place at any key", () => {
  for (const other of ["text", 1, true, null, undefined]) expect(compileKeyReader("length")(other)).toBeUndefined();
});

test("a long path through overlapping keys takes no time", () => {
  let deep: Record<string, unknown> = {};
  for (let level = 0; level < 200; level++) deep = { a: deep, "a.a": deep };
  expect(compileKeyReader(`${"a.".repeat(199)}b`)(deep)).toBeUndefined();
});

test("a text is cut at 64 KiB of UTF-8 and marked as cut", () => {
  expect(FIELD_TEXT_BYTES_MAX).toBe(65_536);
  expect(convertFieldToText("a".repeat(65_536))).toMatchObject({ truncated: false });
  expect(convertFieldToText("a".repeat(65_537))).toEqual({ text: "a".repeat(65_536), truncated: true });
  expect(convertFieldToText("")).toEqual({ text: "", truncated: false });
  expect(convertFieldToText(null)).toBeNull();
});
