import { expect, it } from "vitest";
import { writeOverviewSentence } from "./overview-sentence";

const says = (totals: [number, number, number], attempts: number, successRate: number | null): string =>
  writeOverviewSentence({
    totals: { actions: totals[0], troubled: totals[1], waiting: totals[2] },
    figures: { attempts, successRate },
    range: "in 24 h",
  });

it("says whether a person has to act, and how deliveries went", () => {
  expect(says([143, 0, 0], 4_120, 0.987)).toBe("All 143 actions are well. 98.7 % of 4,120 attempts succeeded in 24 h.");
  expect(says([143, 3, 216], 4_120, 0.5)).toBe(
    "3 actions need attention: 216 executions wait. 50 % of 4,120 attempts succeeded in 24 h.",
  );
  expect(says([1, 1, 1], 1, 0)).toBe(
    "1 action needs attention: 1 execution waits. 0 % of 1 attempt succeeded in 24 h.",
  );
  expect(says([1, 0, 0], 0, null)).toBe("The action is well. Nothing was sent in 24 h.");
  expect(says([2, 1, 0], 0, null)).toBe("1 action needs attention. Nothing was sent in 24 h.");
  expect(says([0, 0, 0], 0, null)).toBe("This project has no action. Nothing was sent in 24 h.");
});
