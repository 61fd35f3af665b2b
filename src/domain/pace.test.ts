import { describe, expect, it } from "vitest";
import {
  defaultLimits,
  freeSlots,
  freshPace,
  giveTurns,
  release,
  roomFor,
  take,
  withDurations,
  type Pace,
} from "./pace";

const NOW = Date.UTC(2026, 0, 1);
const slots = (...widths: number[]): Pace => ({
  ...freshPace,
  slots: widths.map((width, n) => [`t${n}`, width, NOW + 1_000]),
});

describe("slots", () => {
  it("are taken by groups that are on the wire, until they end or their lease does", () => {
    const pace = slots(7, 7);
    expect(freeSlots(pace, defaultLimits, NOW)).toBe(86);
    expect(freeSlots(release(pace, new Set(["t0"])), defaultLimits, NOW)).toBe(93);
    expect(freeSlots(pace, defaultLimits, NOW + 1_000)).toBe(100);
    expect(freeSlots(slots(7, 7), { maxConcurrent: 5, maxPerSecond: null }, NOW)).toBe(0);
  });

  it("bound how many of a group go at once, and how long the group is", () => {
    expect(roomFor(slots(), defaultLimits, { count: 100, wanted: 25 }, NOW)).toEqual({ count: 100, width: 25 });
    expect(roomFor(slots(97), defaultLimits, { count: 100, wanted: 25 }, NOW)).toEqual({ count: 12, width: 3 });
    expect(roomFor(slots(), defaultLimits, { count: 2, wanted: 25 }, NOW)).toEqual({ count: 2, width: 2 });
    expect(roomFor(slots(100), defaultLimits, { count: 2, wanted: 25 }, NOW)).toEqual({ count: 0, width: 0 });
  });
});

describe("the rate", () => {
  it("is kept over any ten seconds, however eagerly it is asked for", () => {
    const limits = { maxConcurrent: 100, maxPerSecond: 10 };
    let pace = freshPace;
    const begun: number[] = [];
    for (let now = NOW; now < NOW + 10_000; now += 7) {
      const { count, width } = roomFor(pace, limits, { count: 50, wanted: 25 }, now);
      if (count > 0) pace = take(pace, limits, { token: "t", width, count, until: now + 1 }, now);
      for (let n = 0; n < count; n++) begun.push(now);
    }
    expect(begun.length).toBeGreaterThanOrEqual(95);
    expect(begun.length).toBeLessThanOrEqual(102);
    for (const from of begun)
      expect(begun.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(12);
  });

  it("without a limit is never used up", () => {
    const pace = take(freshPace, defaultLimits, { token: "t", width: 1, count: 1_000_000, until: NOW }, NOW);
    expect(roomFor(pace, defaultLimits, { count: 100, wanted: 25 }, NOW).count).toBe(100);
  });
});

describe("turns", () => {
  it("stand behind those given before, as far apart as the endpoint takes requests", () => {
    const limits = { maxConcurrent: 100, maxPerSecond: 10 };
    const first = giveTurns(freshPace, limits, 3, NOW);
    expect(first.turns).toEqual([NOW, NOW + 100, NOW + 200]);
    expect(giveTurns(first.pace, limits, 2, NOW).turns).toEqual([NOW + 300, NOW + 400]);
    expect(giveTurns(first.pace, limits, 1, NOW + 5_000).turns).toEqual([NOW + 5_000]);
  });

  it("follow the time that attempts take where no rate is set", () => {
    const slow = withDurations(freshPace, [900, 1_100]);
    expect(giveTurns(slow, { maxConcurrent: 10, maxPerSecond: null }, 2, NOW).turns).toEqual([NOW, NOW + 100]);
    expect(withDurations(slow, [500]).averageMs).toBe(900);
  });
});
