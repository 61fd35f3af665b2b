import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveActionHealth, type ActionHealthFacts } from "./action-health";
import { applyAttemptsToBreaker, closedBreaker, addProbeToBreaker, type Breaker } from "./breaker";

const now = new Date("2026-03-01T12:00:00Z");
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
const quiet: ActionHealthFacts = {
  off: null,
  paused: null,
  breaker: null,
  failingSince: null,
  lastHour: { attempts: 0, succeeded: 0 },
};
const failures = (count: number, at: number): Breaker =>
  applyAttemptsToBreaker(
    closedBreaker,
    Array.from({ length: count }, () => ({ ok: false, token: "t" })),
    at,
  );
const wordOf = (facts: Partial<ActionHealthFacts>): string => deriveActionHealth({ ...quiet, ...facts }, now).word;

describe("the health of an action", () => {
  it.each<[string, Partial<ActionHealthFacts>, string]>([
    ["that was never used", {}, "no traffic"],
    ["whose attempts all succeed", { lastHour: { attempts: 3, succeeded: 3 } }, "healthy"],
    ["with 95 % in the last hour", { lastHour: { attempts: 100, succeeded: 95 } }, "healthy"],
    ["with less than 95 % in the last hour", { lastHour: { attempts: 100, succeeded: 94 } }, "degraded"],
    [
      "whose one failure is among many successes",
      { failingSince: minutesAgo(1), lastHour: { attempts: 100, succeeded: 99 } },
      "healthy",
    ],
    ["whose only attempt failed", { failingSince: minutesAgo(1), lastHour: { attempts: 1, succeeded: 0 } }, "degraded"],
    ["that failed two hours ago and waits for its retry", { failingSince: minutesAgo(120) }, "degraded"],
    ["whose breaker is open", { breaker: failures(10, now.getTime()) }, "paused"],
    ["that a person paused", { paused: { since: minutesAgo(5), by: "Vera" } }, "paused"],
    [
      "that is off, whatever else holds",
      { off: { since: minutesAgo(5), programReason: null }, breaker: failures(10, 0) },
      "off",
    ],
  ])("%s", (_name, facts, word) => {
    expect(wordOf(facts)).toBe(word);
  });

  it("names the time of the next probe, and then the probe", () => {
    const breaker = failures(10, now.getTime());
    const failing = { ...quiet, breaker, failingSince: minutesAgo(1) };
    expect(deriveActionHealth(failing, now)).toMatchObject({
      since: minutesAgo(1),
      until: new Date(breaker.openUntil!),
      isProbing: false,
    });
    const later = new Date(breaker.openUntil! + 1_000);
    expect(deriveActionHealth(failing, later)).toMatchObject({ until: null, isProbing: true });
    const probed = addProbeToBreaker(breaker, { token: "p", until: later.getTime() + 60_000 });
    expect(deriveActionHealth({ ...failing, breaker: probed }, later)).toMatchObject({ until: null, isProbing: true });
  });

  it("asks for attention if an endpoint fails or a person must act, not if a person switched the action off", () => {
    const needs = (facts: Partial<ActionHealthFacts>): boolean =>
      deriveActionHealth({ ...quiet, ...facts }, now).needsAttention;
    expect(needs({ off: { since: now, programReason: null } })).toBe(false);
    expect(needs({ off: { since: now, programReason: "Answered 410 Gone." } })).toBe(true);
    expect(needs({ paused: { since: now, by: "Vera" } })).toBe(true);
    expect(needs({ lastHour: { attempts: 2, succeeded: 1 } })).toBe(true);
    expect(needs({ lastHour: { attempts: 2, succeeded: 2 } })).toBe(false);
  });

  it("asks for attention only if paused, degraded, or switched off by the program", () => {
    const facts = fc.record({
      off: fc.option(fc.record({ since: fc.constant(now), programReason: fc.option(fc.constant("410")) })),
      paused: fc.option(fc.constant({ since: now, by: "Vera" })),
      breaker: fc.option(fc.integer({ min: 0, max: 12 }).map((count) => failures(count, now.getTime()))),
      failingSince: fc.option(fc.constant(minutesAgo(3))),
      lastHour: fc
        .tuple(fc.nat(50), fc.nat(50))
        .map(([one, two]) => ({ attempts: Math.max(one, two), succeeded: Math.min(one, two) })),
    });
    fc.assert(
      fc.property(facts, (each) => {
        const health = deriveActionHealth(each, now);
        const isTrouble = health.word === "paused" || health.word === "degraded" || health.offReason !== null;
        expect(health.needsAttention).toBe(isTrouble);
      }),
    );
  });
});
