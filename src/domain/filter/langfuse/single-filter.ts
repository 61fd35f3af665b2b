import { z } from "zod";
import type { LongNumber } from "../../json/long-number";

/**
 * The operators of each type in Langfuse's `singleFilter` (packages/shared/src/interfaces/filters.ts in Langfuse's
 * repository).
 */
export const langfuseOperators = {
  datetime: [">", "<", ">=", "<="],
  string: ["=", "contains", "does not contain", "starts with", "ends with", "is not empty", "matches"],
  number: ["=", ">", "<", ">=", "<="],
  stringOptions: ["any of", "none of"],
  categoryOptions: ["any of", "none of"],
  arrayOptions: ["any of", "none of", "all of"],
  stringObject: ["=", "contains", "does not contain", "starts with", "ends with", "is set", "is not set", "matches"],
  numberObject: ["=", ">", "<", ">=", "<="],
  boolean: ["=", "<>"],
  booleanObject: ["=", "<>"],
  null: ["is null", "is not null"],
  positionInTrace: ["="],
} as const;

export type LangfuseConditionType = keyof typeof langfuseOperators;

/** One condition of a Langfuse filter, as JSON. A filter is an array of conditions that must all hold. */
export type LangfuseCondition = {
  column: string;
  type: LangfuseConditionType;
  operator: string;
  /**
   * a date is ISO 8601 text; for the type `null` and the operators `is set` and `is not set` the value is the empty
   * text
   */
  value: string | number | LongNumber | boolean | string[];
  /**
   * the key to look at inside the column; only conditions of a type ending in Object, or of categoryOptions, have one
   */
  key?: string;
};

const types = Object.keys(langfuseOperators) as [LangfuseConditionType, ...LangfuseConditionType[]];

const unknownType = ({ input }: { input?: unknown }): string =>
  `is of an unknown type, ${JSON.stringify(input) ?? "none"}; types are ${types.join(", ")}`;

/** The schema of one condition of a Langfuse filter. The import parses `value` later, by the condition's `type`. */
export const UncheckedLangfuseCondition = z.object(
  {
    column: z.string("needs a column, as text").min(1, "needs a column"),
    type: z.enum(types, { error: unknownType }),
    operator: z.string("needs an operator, as text"),
    value: z.unknown(),
    key: z.string("needs its key as text").optional(),
  },
  "is no object with column, type, operator and value",
);
export type UncheckedLangfuseCondition = z.infer<typeof UncheckedLangfuseCondition>;
