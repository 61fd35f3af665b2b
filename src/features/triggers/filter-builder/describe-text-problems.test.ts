import { expect, it } from "vitest";
import { getEventSource } from "@/domain/event-source/registry";
import { parseFilterJson } from "@/domain/filter/filter-json";
import { describeTextProblems } from "./describe-text-problems";

const source = getEventSource("observation.created")!;
const problemsOf = (text: string) => describeTextProblems(parseFilterJson(text, source).problems ?? []);

it("says where a text stops being JSON", () => {
  expect(problemsOf('{\n  "type": group')).toEqual([expect.stringMatching(/^Line 2, column 11: ./)]);
});

it("names the place of what cannot be imported from a filter of Langfuse's", () => {
  const [problem, ...others] = problemsOf(
    '[\n  { "column": "Scores", "type": "categoryOptions", "operator": "any of", "key": "a", "value": ["b"] }\n]',
  );
  expect(problem).toMatch(/^Line 2, column 3: .*cannot be imported/);
  expect(others).toEqual([]);
});

it("names at most five problems, and says how many there are besides", () => {
  const children = Array.from({ length: 9 }, () => ({
    type: "condition",
    column: "level",
    operator: "near",
    value: "",
  }));
  const problems = problemsOf(JSON.stringify({ type: "group", match: "all", children }));
  expect(problems).toHaveLength(6);
  expect(problems.at(-1)).toBe("… and 4 more");
});
