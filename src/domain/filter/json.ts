import type { FilterSource } from "./check";
import { placeInText, readJsonText, type TextPlace } from "../json/read-json";
import { importLangfuseFilter } from "./langfuse/import";
import { Filter, type FilterNode } from "./schema";

/** What is wrong with a text that should be a filter. */
export type FilterTextProblem = TextPlace & {
  /** where in the tree: `children[0].operator`; empty for the filter itself and for what is no JSON */
  path: string;
  /** one sentence */
  message: string;
};

/** `format`: whether the text was our own JSON or a filter of Langfuse's. */
export type ParsedFilterText =
  | { filter: Filter; format: "filter" | "langfuse"; problems: null }
  | { filter: null; format: "filter" | "langfuse"; problems: FilterTextProblem[] };

/**
 * Reads a filter from a text: our own JSON, or the JSON array of Langfuse's filters, which is imported. All
 * problems come at once, in the order of the text, each with its place in it. Whether the columns, operators and
 * values of our own JSON fit the source is the question of `checkFilter`.
 */
export function parseFilterJson(text: string, source: FilterSource): ParsedFilterText {
  const problemAt = (offset: number, path: readonly PropertyKey[], message: string): FilterTextProblem => ({
    ...placeInText(text, offset),
    path: pathText(path),
    message,
  });
  const read = readJsonText(text);
  if (read.problem) {
    const problem = problemAt(read.problem.at, [], text.trim() === "" ? "There is no text." : read.problem.message);
    return { filter: null, format: "filter", problems: [problem] };
  }
  const { value, locate } = read;
  if (Array.isArray(value)) {
    const { filter, problems } = importLangfuseFilter(source, value);
    if (filter) return { filter, format: "langfuse", problems: null };
    const placed = problems.map(({ index, message }) => {
      const path = index === null ? [] : [index];
      return problemAt(locate(path), path, message);
    });
    return { filter: null, format: "langfuse", problems: placed };
  }
  if (isBareCondition(value)) {
    const message = "A filter is a group; put this condition into the children of one.";
    return { filter: null, format: "filter", problems: [problemAt(locate([]), [], message)] };
  }
  const parsed = Filter.safeParse(value);
  if (parsed.success) return { filter: parsed.data, format: "filter", problems: null };
  const problems = parsed.error.issues
    .map((issue) => ({ offset: locate(issue.path), path: issue.path, message: sentenceOf(issue) }))
    .toSorted((left, right) => left.offset - right.offset)
    .map(({ offset, path, message }) => problemAt(offset, path, message));
  return { filter: null, format: "filter", problems };
}

/** A filter as canonical JSON: two spaces, always the same order of fields, nothing that is not set. */
export function formatFilterJson(filter: Filter): string {
  return JSON.stringify(ordered(filter), null, 2);
}

function ordered(node: FilterNode): FilterNode {
  if (node.type === "group") return { type: "group", match: node.match, children: node.children.map(ordered) };
  const { column, key, operator, value } = node;
  return {
    type: "condition",
    column,
    ...(key === undefined ? {} : { key }),
    operator,
    ...(value === undefined ? {} : { value }),
  };
}

/** The problems of the schema are clauses (`must be a text`) about the place they name. */
function sentenceOf({ path, message }: { path: readonly PropertyKey[]; message: string }): string {
  if (/^[A-Z]/.test(message)) return message;
  return path.length > 0 ? `${pathText(path)} ${message}.` : `The filter ${message}.`;
}

function isBareCondition(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && value.type === "condition";
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    return typeof step === "number" ? `${text}[${step}]` : `${text}${text && "."}${String(step)}`;
  }, "");
}
