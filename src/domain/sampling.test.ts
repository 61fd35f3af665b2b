import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleByHash, chooseIdToHash } from "./sampling";

const rate = fc.double({ min: 0, max: 1, noNaN: true });

test("the same key always gets the same answer from the same trigger", () => {
  expect(sampleByHash({ triggerId: "trg_1", key: "obs-1", rate: 0.5 })).toEqual(
    sampleByHash({ triggerId: "trg_1", key: "obs-1", rate: 0.5 }),
  );
});

test("a higher rate never drops a key", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), rate, rate, (triggerId, key, a, b) => {
      const low = sampleByHash({ triggerId, key, rate: Math.min(a, b) });
      const high = sampleByHash({ triggerId, key, rate: Math.max(a, b) });
      expect(high.bucket).toBe(low.bucket);
      if (low.sampled) expect(high.sampled).toBe(true);
    }),
  );
});

test("a bucket never changes between versions of the program, so that decisions can be repeated", () => {
  // The first 53 bits of sha-256 of "trg_1\nobs-1", over 2^53; worked out with sha256sum.
  expect(sampleByHash({ triggerId: "trg_1", key: "obs-1", rate: 0.5 }).bucket).toBe(0.474543436608185);
});

test("0 is never, 1 is always", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (triggerId, key) => {
      expect(sampleByHash({ triggerId, key, rate: 0 }).sampled).toBe(false);
      expect(sampleByHash({ triggerId, key, rate: 1 }).sampled).toBe(true);
    }),
  );
});

test("two triggers at 10 % pick different tenths of about the right size", () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `obs-${index}`);
  const of = (triggerId: string) => new Set(keys.filter((key) => sampleByHash({ triggerId, key, rate: 0.1 }).sampled));
  const a = of("trg_a");
  const b = of("trg_b");
  expect(a.size).toBeGreaterThan(1_800);
  expect(a.size).toBeLessThan(2_200);
  const both = [...a].filter((key) => b.has(key)).length;
  expect(both).toBeLessThan(300);
});

test("a trace or session stays together, and a missing one falls back to the source id", () => {
  const keys = { sourceId: "obs-1", traceId: "trace-1", sessionId: null };
  expect(chooseIdToHash({ by: "source", ...keys })).toBe("obs-1");
  expect(chooseIdToHash({ by: "trace", ...keys })).toBe("trace-1");
  expect(chooseIdToHash({ by: "session", ...keys })).toBe("obs-1");
  expect(chooseIdToHash({ by: "trace", ...keys, traceId: "" })).toBe("obs-1");
  expect(chooseIdToHash({ by: "session", ...keys, sessionId: "session-1" })).toBe("session-1");
});
