import { describe, expect, it } from "vitest";
import {
  decideAdmissionByBreaker,
  applyAttemptsToBreaker,
  closedBreaker,
  BREAKER_PAUSE_MAX_MS,
  removeProbeFromBreaker,
  addProbeToBreaker,
  type Breaker,
} from "./breaker";

const NOW = Date.UTC(2026, 0, 1);
const run = (breaker: Breaker, outcomes: string, now = NOW): Breaker =>
  applyAttemptsToBreaker(
    breaker,
    [...outcomes].map((each) => ({ ok: each === "+", token: "any" })),
    now,
  );
const isOpen = (breaker: Breaker): boolean => breaker.openUntil !== null;
const probed = (breaker: Breaker, ok: boolean, now: number): Breaker =>
  applyAttemptsToBreaker(
    addProbeToBreaker(breaker, { token: "probe", until: now + 35_000 }),
    [{ ok, token: "probe" }],
    now,
  );

describe("the breaker", () => {
  it.each([
    ["----------", true, "ten failures"],
    ["---------", false, "fewer than ten attempts"],
    ["-----+----", false, "only four in a row at the end"],
    ["++++----------", true, "71 %"],
    ["+++++----------", false, "67 %, below 70 %"],
    ["+++-------", true, "exactly 70 % of ten"],
  ])("after %s is open: %s (%s)", (outcomes, open) => {
    expect(isOpen(run(closedBreaker, outcomes))).toBe(open);
  });

  it("opens at the failure that fulfils both conditions, in the middle of a group too", () => {
    expect(run(closedBreaker, "----------+++++")).toMatchObject({ openUntil: NOW + 30_000 });
  });

  it("forgets its counts after five minutes", () => {
    const before = run(closedBreaker, "+++++++++");
    expect(isOpen(run(before, "----------", NOW + 4 * 60_000))).toBe(false);
    expect(isOpen(run(before, "----------", NOW + 5 * 60_000 + 30_000))).toBe(true);
  });

  it("lets nothing through during the pause, and then one probe until its lease ends", () => {
    const open = run(closedBreaker, "----------");
    expect(decideAdmissionByBreaker(open, NOW + 29_999)).toEqual({ kind: "none", until: NOW + 30_000 });
    expect(decideAdmissionByBreaker(open, NOW + 30_000)).toEqual({ kind: "probe" });
    const probing = addProbeToBreaker(open, { token: "probe", until: NOW + 65_000 });
    expect(decideAdmissionByBreaker(probing, NOW + 30_001)).toEqual({ kind: "none", until: NOW + 65_000 });
    expect(decideAdmissionByBreaker(probing, NOW + 65_000)).toEqual({ kind: "probe" });
    expect(decideAdmissionByBreaker(removeProbeFromBreaker(probing, "probe"), NOW + 30_001)).toEqual({ kind: "probe" });
  });

  it("pauses for 30 s and twice as long after each failed probe, up to 15 minutes", () => {
    let breaker = run(closedBreaker, "----------");
    const pauses = [breaker.pauseMs];
    for (let n = 0; n < 7; n++) {
      breaker = probed(breaker, false, breaker.openUntil!);
      pauses.push(breaker.pauseMs);
    }
    expect(pauses).toEqual([
      30_000,
      60_000,
      120_000,
      240_000,
      480_000,
      BREAKER_PAUSE_MAX_MS,
      BREAKER_PAUSE_MAX_MS,
      BREAKER_PAUSE_MAX_MS,
    ]);
    expect(breaker.openedAt).toBe(NOW);
  });

  it("closes when the probe succeeds, and starts counting again", () => {
    const closed = probed(run(closedBreaker, "----------"), true, NOW + 30_000);
    expect(closed).toEqual(closedBreaker);
    expect(isOpen(run(closed, "---------", NOW + 30_001))).toBe(false);
  });

  it("is changed by its probe alone: attempts that were on the wire do not close it or prolong the pause", () => {
    const open = run(closedBreaker, "----------");
    expect(run(open, "+", NOW + 1_000)).toMatchObject({ openUntil: NOW + 30_000, pauseMs: 30_000 });
    expect(run(open, "-----", NOW + 1_000)).toMatchObject({ openUntil: NOW + 30_000, pauseMs: 30_000 });
  });
});
