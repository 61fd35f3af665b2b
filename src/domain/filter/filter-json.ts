import type { FilterableSource } from "./check-filter";
import { findPositionInText, parseJsonWithOffsets, type TextPosition } from "../json/read-json";
import { importLangfuseFilter } from "./langfuse/import";
import { Filter, type FilterNode } from "./schema";

/** A problem that prevents a text from being read as a filter. */
export type FilterTextProblem = TextPosition & {
  /** the path in the tree: `children[0].operator`; empty for the filter itself and for a text that is not JSON */
  path: string;
  /** the problem in one sentence */
  message: string;
};

/**
 * The result of reading a filter's JSON. `format` tells whether the text was this program's JSON or one of Langfuse's
 * filters.
 */
export type ParsedFilterJson =
  | { filter: Filter; format: "filter" | "langfuse"; problems: null }
  | { filter: null; format: "filter" | "langfuse"; problems: FilterTextProblem[] };

/**
 * Parses a filter from this program's JSON, or imports a JSON array of Langfuse's filters. The result lists all
 * problems in the order of the text, each with its place. Whether columns, operators and values of this program's JSON
 * fit the source, only `checkFilter` tells.
 */
export function parseFilterJson(text: string, source: FilterableSource): ParsedFilterJson {
  const problemAt = (offset: number, path: readonly PropertyKey[], message: string): FilterTextProblem => ({
    ...findPositionInText(text, offset),
    path: pathText(path),
    message,
  });
  const read = parseJsonWithOffsets(text);
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

/** Formats a filter as canonical JSON: two spaces, a fixed order of fields, no unset field. */
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

/** Makes a sentence from a problem of the schema. The schema's message is a clause, such as `must be a text`. */
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
