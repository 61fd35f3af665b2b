import { z } from "zod";
import { LongNumber } from "../json/long-number";

/** The type of a column. It decides which operators the column has (see operators.ts). */
export type ColumnType =
  | "string"
  | "number"
  | "datetime"
  | "boolean"
  | "stringOptions"
  | "arrayOptions"
  | "stringObject"
  | "numberObject"
  | "text";

export const operators = [
  "=",
  "<>",
  ">",
  "<",
  ">=",
  "<=",
  "contains",
  "does not contain",
  "starts with",
  "ends with",
  "matches",
  "any of",
  "none of",
  "all of",
  "is null",
  "is not null",
] as const;
export const Operator = z.enum(operators, mustBe(`an operator: ${operators.map((one) => `"${one}"`).join(", ")}`));
export type Operator = z.infer<typeof Operator>;

/** The value of a condition. A number that a JavaScript number would round is held as text. */
export type ConditionValue = string | number | boolean | string[];

/**
 * A condition on one column. `key` names a part of the column: a key of an object column (metadata, usageDetails …), or
 * a dotted path into a text column (`messages.0.content`). `is null` and `is not null` have no `value`. Dates are ISO
 * 8601, and a date without a zone is UTC.
 */
export type FilterCondition = {
  type: "condition";
  column: string;
  key?: string;
  operator: Operator;
  value?: ConditionValue;
};

/** `all`: every child holds. `any`: at least one child holds. `none`: no child holds. */
export type FilterGroup = { type: "group"; match: "all" | "any" | "none"; children: FilterNode[] };
export type FilterNode = FilterGroup | FilterCondition;
export type Filter = FilterGroup;

/** The filter that matches every event of its source. */
export const emptyFilter: Filter = { type: "group", match: "all", children: [] };

export const filterLimits = {
  /** the most levels of groups, with the root */
  depthMax: 8,
  conditionsMax: 100,
  /** the most characters of a text value, and of each value of a list */
  textMax: 4_096,
  listMax: 500,
  keyMax: 512,
  /** the most characters of a regular expression */
  patternMax: 1_000,
} as const;

/** The most levels of JSON. Deeper JSON is refused before a recursion over it could exhaust the stack. */
const PARSE_DEPTH_MAX = 64;

/** Makes the message of a schema: the value is missing, or the value must be `what`. */
function mustBe(what: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? `is missing; it must be ${what}` : `must be ${what}`) };
}

/** Makes the message for unknown fields of a node. A wrong `type` has its own message. */
function onlyFields(kind: string, fields: string): { error: (issue: { code?: string; keys?: string[] }) => string } {
  return {
    error: ({ code, keys }) =>
      code === "unrecognized_keys"
        ? `has no field ${(keys ?? []).join(", ")}; a ${kind} has ${fields}`
        : `must be a ${kind}`,
  };
}

const text = z.string(mustBe("a text")).max(filterLimits.textMax, `must be at most ${filterLimits.textMax} characters`);

/** A filter's JSON may hold a long number as a number, which becomes text. */
const longNumber = z
  .custom<string>((value) => value instanceof LongNumber)
  .transform(String)
  .pipe(text);

/** Makes the schema of a text of 1 to `max` characters. */
const nameOf = (max: number): z.ZodString =>
  z.string(mustBe("a text")).min(1, "must not be empty").max(max, `must be at most ${max} characters`);

const FilterConditionSchema = z.strictObject(
  {
    type: z.literal("condition"),
    column: nameOf(128),
    key: nameOf(filterLimits.keyMax).optional(),
    operator: Operator,
    value: z
      .union([text, z.number(), longNumber, z.boolean(), z.array(text).max(filterLimits.listMax)], {
        error:
          `must be a text (at most ${filterLimits.textMax} characters), a finite number, true or false, ` +
          `or a list of at most ${filterLimits.listMax} texts`,
      })
      .optional(),
  },
  onlyFields("condition", "type, column, key, operator and value"),
);

const FilterGroupSchema = z.strictObject(
  {
    type: z.literal("group", mustBe('"group"')),
    match: z.enum(["all", "any", "none"], mustBe('"all", "any" or "none"')),
    get children(): z.ZodType<FilterNode[], FilterNode[]> {
      const node = z.discriminatedUnion("type", [FilterGroupSchema, FilterConditionSchema], {
        error: ({ code }) =>
          code === "invalid_union" ? 'must be "group" or "condition"' : "must be a group or a condition",
      });
      return z.array(node, mustBe("a list of groups and conditions"));
    },
  },
  onlyFields("group", "type, match and children"),
);

/**
 * The shape of a filter: a tree of groups over conditions. Whether columns, operators and values fit an event source,
 * only `checkFilter` tells.
 */
export const Filter: z.ZodType<Filter, Filter> = z
  .custom<FilterGroup>((value) => !isNestedDeeperThan(value, PARSE_DEPTH_MAX), "The filter is nested too deeply.")
  .pipe(FilterGroupSchema);

function isNestedDeeperThan(root: unknown, limit: number): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((node) => {
      const children = (node as { children?: unknown } | null | undefined)?.children;
      return Array.isArray(children) ? (children as unknown[]) : [];
    });
  }
  return false;
}

/**
 * Lists the path to each condition of a filter, in the order of the tree. A path holds the position of each child from
 * the root down.
 */
export function listConditionPaths(filter: Filter): number[][] {
  const visit = (node: FilterNode, path: number[]): number[][] =>
    node.type === "condition" ? [path] : node.children.flatMap((child, index) => visit(child, [...path, index]));
  return visit(filter, []);
}

/** Lists the regular expressions of a filter, each once. */
export function listRegexesInFilter(filter: Filter): string[] {
  const found = new Set<string>();
  const visit = (node: FilterNode): void => {
    if (node.type === "group") node.children.forEach(visit);
    else if (node.operator === "matches" && typeof node.value === "string") found.add(node.value);
  };
  visit(filter);
  return [...found];
}
