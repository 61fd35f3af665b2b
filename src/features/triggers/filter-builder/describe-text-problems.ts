import type { FilterTextProblem } from "@/domain/filter/filter-json";

/** The most problems that are listed. A person would not read more. */
const NAMED_MAX = 5;

/** Describes the problems of a filter's JSON text, one a line, each with its line and column in the text. */
export function describeTextProblems(problems: readonly FilterTextProblem[]): string[] {
  const named = problems
    .slice(0, NAMED_MAX)
    .map(({ line, column, message }) => `Line ${line}, column ${column}: ${message}`);
  const others = problems.length - named.length;
  return others > 0 ? [...named, `… and ${others} more`] : named;
}
