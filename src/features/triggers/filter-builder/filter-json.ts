import { Filter } from "@/domain/filter/schema";

export type ParsedFilter = { filter: Filter; problems: null } | { filter: null; problems: string[] };

/** Problems of a text that are named; more would not be read. */
const NAMED_MAX = 5;

/** A filter as JSON to edit. */
export function filterToJson(filter: Filter): string {
  return JSON.stringify(filter, null, 2);
}

/** Reads a filter from JSON; what is wrong is said with the place in the text or in the tree. */
export function filterFromJson(text: string): ParsedFilter {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { filter: null, problems: [`This is not JSON: ${(error as Error).message}`] };
  }
  const parsed = Filter.safeParse(json);
  if (parsed.success) return { filter: parsed.data, problems: null };
  const problems = parsed.error.issues.map((issue) => `${placeOf(issue.path)}${issue.message}`);
  const others = problems.length - NAMED_MAX;
  return { filter: null, problems: others > 0 ? [...problems.slice(0, NAMED_MAX), `… and ${others} more`] : problems };
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>((text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}${text && "."}${String(step)}`), "");
  return place === "" ? "" : `${place}: `;
}
