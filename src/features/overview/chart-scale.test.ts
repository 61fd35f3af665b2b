import { expect, it } from "vitest";
import { formatErrorRate, computeErrorRates, chooseAxisMax, makeSvgLines } from "./chart-scale";

it("ends an axis at a round even number that no value exceeds", () => {
  expect([0, 1, 2, 3, 7, 12, 50, 99, 1_201].map(chooseAxisMax)).toEqual([2, 2, 2, 10, 10, 20, 50, 100, 2_000]);
});

it("gives the share of failed attempts, and none where nothing was sent", () => {
  const point = { at: new Date(0), skipped: 4, p50Ms: null, p95Ms: null };
  expect(
    computeErrorRates([
      { ...point, delivered: 3, retrying: 1, failed: 0 },
      { ...point, delivered: 0, retrying: 0, failed: 0 },
    ]),
  ).toEqual([0.25, null]);
});

it("an error rate is read and heard as a percentage", () => {
  const point = { at: new Date(0), skipped: 0, p50Ms: null, p95Ms: null };
  expect(formatErrorRate({ ...point, delivered: 2, retrying: 1, failed: 0 })).toBe("33.3 %");
  expect(formatErrorRate({ ...point, delivered: 0, retrying: 0, failed: 0 })).toBe("–");
});

it("a line has a gap where nothing was measured, and a value alone is a dash", () => {
  expect(makeSvgLines([0, 1, null, 0.5, null])).toEqual(["10,100 30,0", "62,50 78,50"]);
  expect(makeSvgLines([null, null])).toEqual([]);
});
