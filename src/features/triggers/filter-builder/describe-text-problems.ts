import type { FilterTextProblem } from "@/domain/filter/filter-json";

/** The most problems that the description names. A person would not read more. */
const NAMED_MAX = 5;

/** Describes the problems of a text, one a line, with their places in the text. */
export function describeTextProblems(problems: readonly FilterTextProblem[]): string[] {
  const named = problems
    .slice(0, NAMED_MAX)
    .map(({ line, column, message }) => `Line ${line}, column ${column}: ${message}`);
  const others = problems.length - named.length;
  return others > 0 ? [...named, `… and ${others} more`] : named;
}
