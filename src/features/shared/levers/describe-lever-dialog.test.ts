import { describe, expect, it } from "vitest";
import { describeLeverDialog, type ActionLeverEffectCounts } from "./describe-lever-dialog";

const counts: ActionLeverEffectCounts = {
  health: { word: "paused", pausedBy: null },
  waiting: 152,
  notDue: 0,
  maxPerSecond: 10,
};
const says = (
  lever: Parameters<typeof describeLeverDialog>[0],
  change: Partial<ActionLeverEffectCounts> = {},
): string => describeLeverDialog(lever, "Warehouse", { ...counts, ...change }).description;

describe("the question before a lever", () => {
  it("names the executions that a probe starts, and those that follow it", () => {
    expect(says("probe")).toBe(
      "The oldest of 152 executions is sent now. If the endpoint answers, the other 151 follow at 10 " +
        "a second, in about 15 s. If it fails, the pause doubles, to 15 minutes at the most.",
    );
    expect(says("probe", { waiting: 1, maxPerSecond: null })).toBe(
      "The oldest of 1 execution is sent now. If it fails, the pause doubles, to 15 minutes at the most.",
    );
  });

  it("says how many executions lose the rest of their delay, and that a probe goes first", () => {
    expect(says("send", { notDue: 12, maxPerSecond: null })).toBe(
      "152 executions are sent now; 12 of them without the rest of the delay. " +
        "The oldest goes first, as a probe. The others follow once it succeeds.",
    );
    expect(says("send", { health: { word: "healthy", pausedBy: null }, waiting: 1, maxPerSecond: null })).toBe(
      "1 execution is sent now.",
    );
  });

  it("says what pausing keeps and what switching off skips", () => {
    expect(says("pause")).toBe(
      "Nothing is sent until somebody resumes it. 152 executions and all new ones wait; none is skipped.",
    );
    expect(says("off")).toContain("152 executions that wait are skipped.");
    expect(says("resume", { waiting: 0 })).toBe("No execution waits.");
  });

  it("names the cap of the count, and says that it counts until the counts are there", () => {
    expect(says("off", { waiting: 10_000 })).toContain("10,000+ executions");
    expect(describeLeverDialog("off", "Warehouse", undefined).description).toBe("Counting the executions that wait…");
  });
});
