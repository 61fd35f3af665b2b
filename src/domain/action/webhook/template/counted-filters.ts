import { filters as known, toValue, type Context, type FilterImplOptions } from "liquidjs";
import { LongNumber, stringifyJson } from "../../../json/long-number";
import { readRenderBudget } from "./counted-context";
import type { RenderBudget } from "./limits";

/**
 * The most characters of a text that a filter searches for. The slowest search takes time in proportion to the product
 * of both lengths.
 */
const PATTERN_MAX = 256;

// An allowed filter gives the same result on any day. None reads files or compiles text of the event.
export const allowedLiquidFilters = [
  "append",
  "prepend",
  "upcase",
  "downcase",
  "capitalize",
  "strip",
  "lstrip",
  "rstrip",
  "strip_newlines",
  "strip_html",
  "squish",
  "truncate",
  "truncatewords",
  "slice",
  "split",
  "replace",
  "replace_first",
  "replace_last",
  "remove",
  "remove_first",
  "remove_last",
  "url_encode",
  "date",
  "plus",
  "minus",
  "times",
  "divided_by",
  "modulo",
  "round",
  "floor",
  "ceil",
  "abs",
  "at_least",
  "at_most",
  "join",
  "first",
  "last",
  "size",
  "map",
  "where",
  "reject",
  "find",
  "has",
  "sort",
  "sort_natural",
  "uniq",
  "compact",
  "reverse",
  "concat",
  "sum",
  "default",
] as const;
type FilterName = (typeof allowedLiquidFilters)[number];

/** Liquid filters that search a text for another text. This set and those below group Liquid filters by their cost. */
const searching = new Set<FilterName>([
  "split",
  "replace",
  "replace_first",
  "replace_last",
  "remove",
  "remove_first",
  "remove_last",
]);
/** filters that take the same time for any value */
const immediate = new Set<FilterName>(["first", "last", "size", "default"]);
/** filters that read every item of a list */
const listing = new Set<FilterName>(["uniq", "compact", "reverse", "concat"]);
/** filters that read one property of every item; all but `map` compare it with a given value */
const comparing = new Set<FilterName>(["where", "reject", "find", "has", "map"]);
/**
 * filters that read one text or number of each item: the item itself, or a property of it. Sorting reads it several
 * times
 */
const keyed = new Set<FilterName>(["sort", "sort_natural", "sum"]);

type Handler = (this: { context: Context }, value: unknown, ...args: unknown[]) => unknown;

/**
 * Makes the text that `{{ … }}` inserts. A text is escaped for the inside of a JSON string, so that no value can end
 * the string around it. A number, true or false stays as it is. A missing value inserts nothing. A list or an object
 * becomes JSON, escaped once more.
 */
function escapeOutput(value: unknown): string {
  const plain: unknown = toValue(value);
  if (plain === null || plain === undefined) return "";
  if (typeof plain === "string") return JSON.stringify(plain).slice(1, -1);
  if (typeof plain === "number" || typeof plain === "boolean" || plain instanceof LongNumber)
    return stringifyJson(plain);
  return JSON.stringify(stringifyJson(plain)).slice(1, -1);
}

/** Counts the steps of a search. At worst, a search compares every character of the text with a part of the pattern. */
export function countSearchSteps(budget: RenderBudget, text: unknown, pattern: unknown): void {
  const times = typeof pattern === "string" ? 1 + pattern.length / 32 : 1;
  if (Array.isArray(text)) budget.items(text, times);
  else budget.text(text, times);
}

export function makeCountedFilter(name: FilterName): FilterImplOptions {
  const original = (known as unknown as Record<string, Handler>)[name]!;
  if (immediate.has(name)) return original as FilterImplOptions;
  return function* (
    this: { context: Context },
    input: unknown,
    ...args: unknown[]
  ): Generator<unknown, unknown, unknown> {
    const budget = readRenderBudget(this.context);
    const value: unknown = toValue(input);
    if (listing.has(name)) for (const each of [value, ...args]) budget.items(each);
    else if (comparing.has(name)) compareEach(budget, value, args);
    else if (keyed.has(name)) yield* readEach(this.context, { name, value, property: args[0] });
    else if (name === "slice" && Array.isArray(value)) budget.items(value);
    else for (const each of [value, ...args]) budget.flatten(each);
    if (searching.has(name)) {
      checkSearchTextLength(args[0]);
      countSearchSteps(budget, value, args[0]);
    }
    if (name === "date") {
      // The same template and event must give the same body on any day and in any time zone.
      if (value === "now" || value === "today")
        throw new Error(`"${value}" is not known here; use timestamp, which is that of the event`);
      args = args.slice(0, 1);
    }
    const result = yield original.call(this, value, ...args);
    budget.items(result);
    return result;
  } as FilterImplOptions;
}

function compareEach(budget: RenderBudget, list: unknown, [property, expected]: unknown[]): void {
  budget.text(property);
  budget.itemsBy(list, property);
  if (typeof expected === "string") budget.items(list, expected.length / 64);
  else if (Array.isArray(expected)) budget.flatten(expected);
}

/** Counts the work of a filter that reads one text from each item of a list. */
function* readEach(
  context: Context,
  { name, value, property }: { name: FilterName; value: unknown; property: unknown },
): Generator<unknown, void, unknown> {
  if (!Array.isArray(value)) return;
  const budget = readRenderBudget(context);
  const times = name === "sum" ? 1 : Math.ceil(Math.log2(value.length + 1));
  const path = property ? String(toValue(property)).split(".") : null;
  budget.items(value, times);
  for (const item of value) {
    const key: unknown = path ? yield context._getFromScope(item as object, [...path], false) : item;
    budget.work(path?.length ?? 0);
    budget.text(key, times);
  }
}

export function checkSearchTextLength(pattern: unknown): void {
  if (typeof pattern === "string" && pattern.length > PATTERN_MAX)
    throw new Error(`a text to search for has at most ${PATTERN_MAX} characters`);
}

const INDENT_MAX = 10;
export const countedJsonFilter: Handler = function (value, space = 0) {
  const plain: unknown = toValue(value) ?? null;
  readRenderBudget(this.context).flatten(plain, { json: true, indent: space ? INDENT_MAX : 0 });
  return stringifyJson(plain, space as string | number);
};

export function escapeCountedOutput(this: { context: Context }, value: unknown): string {
  const plain: unknown = toValue(value);
  readRenderBudget(this.context).flatten(plain, { json: true });
  return escapeOutput(plain);
}
