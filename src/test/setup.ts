import { afterEach, beforeEach, expect, vi, type MockInstance } from "vitest";

/** A test fails if something prints an error. A test that expects one puts a spy of its own on console.error. */
let printed: MockInstance<typeof console.error>;

beforeEach(() => {
  printed = vi.spyOn(console, "error");
});
afterEach(() => {
  const calls = printed.mock.calls.map((call) => call.map(String).join(" "));
  printed.mockRestore();
  expect(calls, "unexpected console.error").toEqual([]);
});
