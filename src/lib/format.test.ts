import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCost,
  formatCappedCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatRateWithOneDecimal,
  formatSecondsInText,
  formatCountWithNoun,
} from "./format";

describe("format", () => {
  it.each([
    [0, "0 ms"],
    [84.4, "84 ms"],
    [1_520, "1.52 s"],
    [125_000, "2 min 5 s"],
    [120_000, "2 min"],
    [12_000_000, "3 h 20 min"],
    [187_200_000, "2 d 4 h"],
    [Number.NaN, "–"],
  ])("says %s ms as %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    ["Matched; waits 3600 s for the trigger's delay.", "Matched; waits 1 h for the trigger's delay."],
    ["Matched; waits until it has been quiet for 90 s.", "Matched; waits until it has been quiet for 1 min 30 s."],
    ["Matched; waits 45 s for the trigger's delay.", "Matched; waits 45 s for the trigger's delay."],
    ["latency is 0.125 s, 1,000 s", "latency is 0.125 s, 1,000 s"],
  ])("says the seconds of a stored text, %s, as a duration", (text, shown) =>
    expect(formatSecondsInText(text)).toBe(shown),
  );

  it("caps counts where counting ended", () => {
    expect(formatCappedCount(999)).toBe("999");
    expect(formatCappedCount(1_000)).toBe("1,000+");
    expect(formatCappedCount(12, 10)).toBe("10+");
  });

  it("keeps the digits that matter", () => {
    expect(formatNumber(1_234.56)).toBe("1,235");
    expect(formatNumber(0.123456)).toBe("0.123");
    expect(formatBytes(1_023)).toBe("1023 B");
    expect(formatBytes(1_229)).toBe("1.2 KB");
    expect(formatRate(0.001)).toBe("0.1 %");
    expect(formatRate(1)).toBe("100 %");
    expect([1, 0.81, 0.0714].map(formatRateWithOneDecimal)).toEqual(["100.0 %", "81.0 %", "7.1 %"]);
    expect(formatCost(0.000412)).toBe("$0.000412");
    expect(formatCost(1.5)).toBe("$1.50");
    expect(formatCountWithNoun(1, "trigger")).toBe("1 trigger");
    expect(formatCountWithNoun(2, "match", "matches")).toBe("2 matches");
  });
});
