import type { FilterTextProblem } from "@/domain/filter/json";

/** Problems of a text that are named; more would not be read. */
const NAMED_MAX = 5;

/** The problems of a text, a line each, with their places in it. */
export function describeTextProblems(problems: readonly FilterTextProblem[]): string[] {
  const named = problems
    .slice(0, NAMED_MAX)
    .map(({ line, column, message }) => `Line ${line}, column ${column}: ${message}`);
  const others = problems.length - named.length;
  return others > 0 ? [...named, `… and ${others} more`] : named;
}
