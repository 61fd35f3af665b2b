import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ConditionResultList, type ShownConditionResult } from "./condition-result-list";

const condition = (
  path: number[],
  groups: ShownConditionResult["groups"],
  rest: Partial<ShownConditionResult> = {},
) => ({
  ...{ path, groups, label: "Latency", operator: ">", value: 8, seen: 12, passed: true, expected: true, hidden: false },
  ...rest,
});

const lines = (): string[] => screen.getAllByRole("listitem").map((item) => item.textContent);

test("a filter is listed as a tree, and each line has the result and the seen value", () => {
  render(
    <ConditionResultList
      conditions={[
        condition([0], ["all"]),
        condition([1, 0], ["all", "any"], {
          label: "Level",
          operator: "is",
          value: "ERROR",
          seen: "DEFAULT",
          passed: false,
        }),
        condition([1, 1], ["all", "any"], { label: "Model", value: "gpt", operator: "contains", seen: null }),
        condition([2, 0], ["all", "none"], {
          label: "Type",
          operator: "is",
          value: "SPAN",
          seen: "EVENT",
          passed: false,
          expected: false,
        }),
      ]}
    />,
  );
  expect(lines()).toEqual([
    "Passed: Latency > 8saw 12",
    "Any ofFailed: Level is ERRORsaw DEFAULT",
    "Passed: Model contains gptno value",
    "None ofPassed: not: Type is SPANsaw EVENT",
  ]);
});

test("a group inside a group is named once, and a root of any is named too", () => {
  render(
    <ConditionResultList
      conditions={[
        condition([0, 0, 0], ["any", "all", "none"]),
        condition([0, 0, 1], ["any", "all", "none"]),
        condition([0, 1], ["any", "all"]),
      ]}
    />,
  );
  expect(lines().map((line) => line.replace(/(Passed|Failed).*/, ""))).toEqual(["Any ofAll ofNone of", "", ""]);
});

test("a changed condition is marked as added or removed", () => {
  const [kept, added] = [condition([0], ["all"]), condition([1], ["all"], { label: "Model" })];
  render(<ConditionResultList conditions={[kept, added]} changeOf={(one) => (one === added ? "added" : undefined)} />);
  expect(lines()[0]).not.toContain("today");
  expect(lines()[1]).toContain("new today");
});
