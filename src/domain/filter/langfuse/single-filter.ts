import { z } from "zod";
import type { LongNumber } from "../../json/long-number";

/** The operators of each type of Langfuse's `singleFilter` (packages/shared/src/interfaces/filters.ts there). */
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

export type LangfuseType = keyof typeof langfuseOperators;

/** One condition of a Langfuse filter, as JSON. A filter is an array of them, all of which have to hold. */
export type SingleFilter = {
  column: string;
  type: LangfuseType;
  operator: string;
  /** a date is ISO 8601; of `null`, and of `is set` and `is not set`, the empty text */
  value: string | number | LongNumber | boolean | string[];
  /** of the types that end in Object, and of categoryOptions: the key in the column */
  key?: string;
};

const types = Object.keys(langfuseOperators) as [LangfuseType, ...LangfuseType[]];

const unknownType = ({ input }: { input?: unknown }): string =>
  `is of an unknown type, ${JSON.stringify(input) ?? "none"}; types are ${types.join(", ")}`;

/** The parts of an entry that every type has. The value is looked at once the type is known. */
export const LangfuseEntry = z.object(
  {
    column: z.string("needs a column, as text").min(1, "needs a column"),
    type: z.enum(types, { error: unknownType }),
    operator: z.string("needs an operator, as text"),
    value: z.unknown(),
    key: z.string("needs its key as text").optional(),
  },
  "is no object with column, type, operator and value",
);
export type LangfuseEntry = z.infer<typeof LangfuseEntry>;
