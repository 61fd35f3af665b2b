import { describe, expect, it } from "vitest";
import {
  defaultEndpointLimits,
  countFreeSlots,
  initialEndpointPace,
  returnSlots,
  refundUnsentRequests,
  countAllowedRequests,
  takeSlotsAndRate,
  computeNextAllowedTime,
  type EndpointPace,
} from "./endpoint-pace";

const NOW = Date.UTC(2026, 0, 1);
const slots = (...counts: number[]): EndpointPace => ({
  ...initialEndpointPace,
  slots: counts.map((count, n) => [`t${n}`, count, NOW + 1_000]),
});

describe("slots", () => {
  it("are taken by claims until they are recorded, or their lease ends", () => {
    const pace = slots(7, 7);
    expect(countFreeSlots(pace, defaultEndpointLimits, NOW)).toBe(86);
    expect(countFreeSlots(returnSlots(pace, new Map([["t0", 7]])), defaultEndpointLimits, NOW)).toBe(93);
    expect(countFreeSlots(returnSlots(pace, new Map([["t0", 3]])), defaultEndpointLimits, NOW)).toBe(89);
    expect(countFreeSlots(pace, defaultEndpointLimits, NOW + 1_000)).toBe(100);
    expect(countFreeSlots(slots(7, 7), { maxConcurrent: 5, maxPerSecond: null }, NOW)).toBe(0);
  });

  it("bound how many requests go", () => {
    expect(countAllowedRequests(slots(), defaultEndpointLimits, { count: 50, now: NOW })).toBe(50);
    expect(countAllowedRequests(slots(97), defaultEndpointLimits, { count: 50, now: NOW })).toBe(3);
    expect(countAllowedRequests(slots(100), defaultEndpointLimits, { count: 2, now: NOW })).toBe(0);
  });

  it("that are all taken have room when the first lease ends", () => {
    const pace = { ...slots(60), slots: [...slots(60).slots, ["late", 40, NOW + 9_000] as [string, number, number]] };
    expect(computeNextAllowedTime(pace, defaultEndpointLimits, NOW)).toBe(NOW + 1_000);
    expect(computeNextAllowedTime(slots(1), defaultEndpointLimits, NOW)).toBe(NOW);
  });
});

describe("the rate", () => {
  it("is kept over any ten seconds, however eagerly it is asked for", () => {
    const limits = { maxConcurrent: 100, maxPerSecond: 10 };
    let pace = initialEndpointPace;
    const begun: number[] = [];
    for (let now = NOW; now < NOW + 10_000; now += 7) {
      const count = countAllowedRequests(pace, limits, { count: 50, now });
      if (count > 0) pace = takeSlotsAndRate(pace, limits, { token: "t", count, until: now + 1, now });
      for (let n = 0; n < count; n++) begun.push(now);
    }
    expect(begun.length).toBeGreaterThanOrEqual(95);
    expect(begun.length).toBeLessThanOrEqual(102);
    for (const from of begun)
      expect(begun.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(12);
  });

  it("without a limit is never used up", () => {
    const pace = takeSlotsAndRate(initialEndpointPace, defaultEndpointLimits, {
      token: "t",
      count: 1_000_000,
      until: NOW,
      now: NOW,
    });
    expect(countAllowedRequests(pace, defaultEndpointLimits, { count: 100, now: NOW })).toBe(100);
  });

  it("that is used up has room at the moment that computeNextAllowedTime tells, and not before", () => {
    for (const maxPerSecond of [1, 3, 10, 1_000]) {
      const limits = { maxConcurrent: 100, maxPerSecond };
      const count = countAllowedRequests(initialEndpointPace, limits, { count: 1_000, now: NOW });
      const pace = takeSlotsAndRate(initialEndpointPace, limits, { token: "t", count, until: NOW, now: NOW });
      const at = computeNextAllowedTime(pace, limits, NOW);
      expect(countAllowedRequests(pace, limits, { count: 1, now: at })).toBe(1);
      expect(countAllowedRequests(pace, limits, { count: 1, now: at - 1 })).toBe(0);
    }
  });

  it("takes back what a claim did not use", () => {
    const limits = { maxConcurrent: 100, maxPerSecond: 10 };
    const pace = takeSlotsAndRate(initialEndpointPace, limits, { token: "t", count: 2, until: NOW, now: NOW });
    expect(countAllowedRequests(refundUnsentRequests(pace, limits, 2), limits, { count: 50, now: NOW })).toBe(
      countAllowedRequests(initialEndpointPace, limits, { count: 50, now: NOW }),
    );
  });
});
