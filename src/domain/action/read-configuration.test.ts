import { expect, test } from "vitest";
import { readConfiguration } from "./read-configuration";

test.each([
  ["webhook", null],
  ["webhook", []],
  ["webhook", {}],
  ["webhook", { url: "https://example.com" }],
  ["email", {}],
  ["constructor", {}],
])("a stored %s of %j is a problem in words and no exception", (type, json) => {
  expect(readConfiguration(type, json).problem).toMatch(/registered|cannot be read/);
});
