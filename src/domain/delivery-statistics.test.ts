import { describe, expect, it } from "vitest";
import {
  findLatencyBucket,
  makeEmptyLatencyHistogram,
  LATENCY_BUCKET_ENDS_MS,
  estimateQuantileOfHistogram,
} from "./delivery-statistics";

const addLatency = (histogram: number[], ms: number): void => void (histogram[findLatencyBucket(ms)]! += 1);

describe("latencies", () => {
  it("fall into the first bucket whose upper end they do not exceed", () => {
    const histogram = makeEmptyLatencyHistogram();
    for (const ms of [0, 1, 1.2, 20_000, 20_001]) addLatency(histogram, ms);
    expect([histogram[0], histogram[1], histogram.at(-2), histogram.at(-1)]).toEqual([2, 1, 1, 1]);
    expect(histogram).toHaveLength(LATENCY_BUCKET_ENDS_MS.length + 1);
  });

  it("give quantiles that are exact to one bucket", () => {
    const histogram = makeEmptyLatencyHistogram();
    for (let ms = 1; ms <= 1_000; ms++) addLatency(histogram, ms);
    expect(estimateQuantileOfHistogram(histogram, 0.5)).toBe(500);
    expect(estimateQuantileOfHistogram(histogram, 0.95)).toBe(950);
    expect(estimateQuantileOfHistogram(makeEmptyLatencyHistogram(), 0.5)).toBeNull();
  });

  it("beyond the last bound count as the last bound", () => {
    const histogram = makeEmptyLatencyHistogram();
    addLatency(histogram, 60_000);
    expect(estimateQuantileOfHistogram(histogram, 0.95)).toBe(20_000);
  });
});
