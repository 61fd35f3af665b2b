import { z } from "zod";
import { compileRegex } from "../filter/regex";

/**
 * The ways to redact a value. `drop` removes it, `mask` replaces it by a fixed text, and `hash` replaces it by a salted
 * hash.
 */
export const RedactionMethod = z.enum(["drop", "mask", "hash"]);
export type RedactionMethod = z.infer<typeof RedactionMethod>;

const redactionLimits = {
  rulesMax: 50,
  /** the most expressions; each is searched in every text of every event */
  expressionsMax: 10,
  pathMax: 200,
  expressionMax: 500,
  /**
   * the most steps for one character of text, see filter/regex.ts; it is lower than a filter's, because all texts are
   * searched
   */
  expressionCostMax: 60,
} as const;

/** Fields that the program reads as ids, numbers, dates or one of few values. A rule by path must not change them. */
export const unredactableFields: ReadonlySet<string> = new Set([
  ...["id", "traceId", "parentObservationId", "type", "level", "updatedAt", "createdAt", "startTime", "endTime"],
  ...["completionStartTime", "latency", "timeToFirstToken", "tokensPerSecond", "inputTokens", "outputTokens"],
  ...["totalTokens", "inputCost", "outputCost", "totalCost", "usageDetails", "costDetails", "promptVersion"],
]);

const Path = z
  .string()
  .trim()
  .transform((path) => path.replace(/^observation\./, ""))
  .pipe(
    z
      .string()
      .min(1, "Give the place of the value, such as userId or metadata.customer.email.")
      .max(redactionLimits.pathMax, `A path has at most ${redactionLimits.pathMax} characters.`)
      .refine((path) => path.split(".").every((step) => step !== ""), "A path is names joined by single dots.")
      .refine((path) => !unredactableFields.has(path.split(".")[0]!), {
        error: ({ input }) =>
          `${String(input).split(".")[0]} is an id, a number, a date or a fixed value, which no path can redact. ` +
          "A pattern still searches its text, and hashes what it finds in an id.",
      })
      .refine((path) => path.split(".")[0] !== "*", "The first step of a path is the name of a field."),
  );

const Expression = z
  .string()
  .min(1, "Give a regular expression.")
  .max(redactionLimits.expressionMax, `An expression has at most ${redactionLimits.expressionMax} characters.`)
  .superRefine((source, context) => {
    const problem = problemOf(source);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  });

/** Says why a rule cannot have this expression; null if it can. */
function problemOf(source: string): string | null {
  const { pattern, problem } = compileRegex(source);
  if (problem !== null) return `The regular expression ${problem}.`;
  if (pattern.test("")) return "The regular expression matches the empty text, so it would match everywhere.";
  const { expressionCostMax } = redactionLimits;
  if (pattern.cost <= expressionCostMax) return null;
  return (
    `The regular expression takes ${pattern.cost} steps for a character, at most ${expressionCostMax} are allowed. ` +
    "Use smaller counts."
  );
}

/** A rule that says which values a project never stores: those at a path, or those that a pattern finds in any text. */
export const RedactionRule = z.discriminatedUnion("find", [
  z.object({ find: z.literal("path"), path: Path, action: RedactionMethod }),
  z.object({ find: z.enum(["email", "card", "key"]), action: RedactionMethod }),
  z.object({ find: z.literal("expression"), expression: Expression, action: RedactionMethod }),
]);
export type RedactionRule = z.infer<typeof RedactionRule>;

/**
 * The rules of a project. If two rules find the same value, a rule by path counts before a pattern. Otherwise the first
 * rule counts.
 */
export const RedactionRules = z
  .array(RedactionRule)
  .max(redactionLimits.rulesMax, `A project has at most ${redactionLimits.rulesMax} redaction rules.`)
  .refine(
    (rules) => rules.filter(({ find }) => find === "expression").length <= redactionLimits.expressionsMax,
    `A project has at most ${redactionLimits.expressionsMax} rules with an expression of its own.`,
  );

/** Describes a redaction rule in words: `email addresses are hashed`. */
export function describeRedactionRule(rule: RedactionRule): string {
  const past = { drop: "dropped", mask: "masked", hash: "hashed" }[rule.action];
  switch (rule.find) {
    case "path":
      return `${rule.path} is ${past}`;
    case "expression":
      return `matches of ${rule.expression} are ${past}`;
    case "email":
      return `email addresses are ${past}`;
    case "card":
      return `card numbers are ${past}`;
    case "key":
      return `keys and tokens are ${past}`;
    default:
      return rule satisfies never;
  }
}
