import { expect, test } from "vitest";
import { createRateLimiter } from "./rate-limit";

test("a bucket lets a burst through, then as much as comes back each second", () => {
  let now = 0;
  const limiter = createRateLimiter({ perSecond: 10, burst: 100, now: () => now });
  expect(limiter.take("key", 100)).toEqual({ ok: true });
  expect(limiter.take("key", 20)).toEqual({ ok: false, retryAfterSeconds: 2 });
  now = 2_000;
  expect(limiter.take("key", 20)).toEqual({ ok: true });
  expect(limiter.take("key", 1)).toEqual({ ok: false, retryAfterSeconds: 1 });
});

test("buckets of different names do not touch each other", () => {
  const limiter = createRateLimiter({ perSecond: 1, burst: 1, now: () => 0 });
  expect(limiter.take("a", 1)).toEqual({ ok: true });
  expect(limiter.take("b", 1)).toEqual({ ok: true });
  expect(limiter.take("a", 1).ok).toBe(false);
});

test("a request larger than a whole bucket passes once the bucket is full", () => {
  let now = 0;
  const limiter = createRateLimiter({ perSecond: 10, burst: 100, now: () => now });
  expect(limiter.take("key", 5_000)).toEqual({ ok: true });
  expect(limiter.take("key", 5_000)).toEqual({ ok: false, retryAfterSeconds: 10 });
  now = 10_000;
  expect(limiter.take("key", 5_000)).toEqual({ ok: true });
});
