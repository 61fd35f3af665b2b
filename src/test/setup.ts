import { afterEach, beforeEach, expect, vi, type MockInstance } from "vitest";

/** An error that somebody prints and nobody expects is a fault; a test that expects one says so with its own spy. */
let printed: MockInstance<typeof console.error>;

beforeEach(() => {
  printed = vi.spyOn(console, "error");
});
afterEach(() => {
  const calls = printed.mock.calls.map((call) => call.map(String).join(" "));
  printed.mockRestore();
  expect(calls, "unexpected console.error").toEqual([]);
});
