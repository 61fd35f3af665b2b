import { z } from "zod";

/** What a column holds, and with that which operators it takes (see operators.ts). */
export const columnTypes = [
  "string",
  "number",
  "datetime",
  "boolean",
  "stringOptions",
  "arrayOptions",
  "stringObject",
  "numberObject",
  "text",
] as const;
export type ColumnType = (typeof columnTypes)[number];

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
export const Operator = z.enum(operators);
export type Operator = z.infer<typeof Operator>;

export type ConditionValue = string | number | boolean | string[];

/**
 * One question about one column.
 *
 * `key` names a part of the column: the key of an object column (metadata, usageDetails …), or a
 * dotted path into a text column (`messages.0.content`).
 * `value` is absent for `is null` and `is not null`; dates are ISO 8601, read as UTC without a zone.
 */
export type FilterCondition = {
  type: "condition";
  column: string;
  key?: string;
  operator: Operator;
  value?: ConditionValue;
};

/** `all`: every child holds. `any`: at least one holds. `none`: not one holds. */
export type FilterGroup = { type: "group"; match: "all" | "any" | "none"; children: FilterNode[] };
export type FilterNode = FilterGroup | FilterCondition;
export type Filter = FilterGroup;

/** Matches every event of its source. */
export const emptyFilter: Filter = { type: "group", match: "all", children: [] };

export const filterLimits = {
  /** levels of groups, the root included */
  depthMax: 8,
  conditionsMax: 100,
  /** characters of a text value, and of one value of a list */
  textMax: 4_096,
  listMax: 500,
  keyMax: 512,
  /** characters of a regular expression */
  patternMax: 1_000,
} as const;

/** JSON nested deeper than this is refused before it is walked, so that no input can exhaust the stack. */
const PARSE_DEPTH_MAX = 64;

const text = z.string().max(filterLimits.textMax);

const FilterConditionSchema = z.strictObject({
  type: z.literal("condition"),
  column: z.string().min(1).max(128),
  key: z.string().min(1).max(filterLimits.keyMax).optional(),
  operator: Operator,
  value: z
    .union([text, z.number(), z.boolean(), z.array(text).max(filterLimits.listMax)], {
      error:
        `must be a text (at most ${filterLimits.textMax} characters), a finite number, true or false, ` +
        `or a list of at most ${filterLimits.listMax} texts`,
    })
    .optional(),
});

const FilterGroupSchema = z.strictObject({
  type: z.literal("group"),
  match: z.enum(["all", "any", "none"]),
  get children(): z.ZodType<FilterNode[], FilterNode[]> {
    return z.array(z.discriminatedUnion("type", [FilterGroupSchema, FilterConditionSchema]));
  },
});

/**
 * The shape of a filter: a tree of groups over conditions. Whether its columns, operators and values
 * fit an event source is the question of `checkFilter`.
 */
export const Filter: z.ZodType<Filter, Filter> = z
  .custom<FilterGroup>((value) => !isDeeperThan(value, PARSE_DEPTH_MAX), "The filter is nested too deeply.")
  .pipe(FilterGroupSchema);

function isDeeperThan(root: unknown, limit: number): boolean {
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
