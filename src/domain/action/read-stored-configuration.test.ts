import { expect, test } from "vitest";
import { readStoredConfiguration } from "./read-stored-configuration";

test.each([
  ["webhook", null],
  ["webhook", []],
  ["webhook", {}],
  ["webhook", { url: "https://example.com" }],
  ["email", {}],
  ["constructor", {}],
])("a stored %s of %j is a problem in words and no exception", (type, json) => {
  expect(readStoredConfiguration(type, json).problem).toMatch(/registered|cannot be read/);
});
