import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BodyReadRateLimiter } from "./body-read-rate-limiter";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** Whether the bytes pass within this time of the fake clock, ms. */
async function passWithin(spent: Promise<void>, ms: number): Promise<boolean> {
  let hasPassed = false;
  void spent.then(() => (hasPassed = true));
  await vi.advanceTimersByTimeAsync(ms);
  return hasPassed;
}

test("a burst passes at once, further bytes at the rate, and another owner does not wait", async () => {
  const pace = new BodyReadRateLimiter(1_000, 500);
  expect(await passWithin(pace.spend("project", 500), 0)).toBe(true);
  const more = pace.spend("project", 100);
  expect(await passWithin(pace.spend("other", 500), 0)).toBe(true);
  expect(await passWithin(more, 98)).toBe(false);
  expect(await passWithin(more, 2)).toBe(true);
});

test("an owner regains its burst while it reads nothing", async () => {
  const pace = new BodyReadRateLimiter(1_000, 500);
  await passWithin(pace.spend("project", 500), 0);
  await vi.advanceTimersByTimeAsync(500);
  expect(await passWithin(pace.spend("project", 500), 0)).toBe(true);
});
