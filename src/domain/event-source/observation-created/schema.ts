import { z } from "zod";
import { isJsonObject } from "../../json/json-kinds";
import { LongNumber } from "../../json/long-number";
import { parseInstant, describeTimeUnitProblem } from "../../filter/parse-instant";

/** Langfuse's types of observation. The schema accepts other types too, because the list grows. */
export const observationTypes = [
  "GENERATION",
  "SPAN",
  "EVENT",
  "AGENT",
  "TOOL",
  "CHAIN",
  "RETRIEVER",
  "EVALUATOR",
  "EMBEDDING",
  "GUARDRAIL",
] as const;

export const observationLevels = ["DEBUG", "DEFAULT", "WARNING", "ERROR"] as const;

/** The most characters of an id: as many as fit into a database index if each takes four bytes. */
export const ID_LENGTH_MAX = 512;

function expected(what: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? "is missing" : `must be ${what}`) };
}

function orDefault<T>(fallback: T): (value: T | null | undefined) => T {
  return (value) => value ?? fallback;
}

const text = z.string(expected("text"));
const optionalText = text.nullish();
const isFiniteNumber = (value: unknown): boolean =>
  (typeof value === "number" || value instanceof LongNumber) && Number.isFinite(Number(value));
const number = z.custom<number | LongNumber>(isFiniteNumber, expected("a finite number"));
const optionalNumber = number.nullish();
const optionalId = text.max(ID_LENGTH_MAX, `must be at most ${ID_LENGTH_MAX} characters`).nullish();
const json = z.unknown().optional();
// zod's `record` drops a member called __proto__, so this check stands in its place.
const object = z.custom<Record<string, unknown>>(isJsonObject, expected("an object")).nullish();

/** Parses ISO 8601 (UTC without a zone) or epoch milliseconds. The result is ISO 8601 with milliseconds, in UTC. */
const instant = z
  .union([z.string(), z.number(), z.instanceof(LongNumber)], expected("a date: ISO 8601 text or epoch milliseconds"))
  .transform((given, context) => {
    // LongNumber holds nanoseconds, which exceed 2^53. After rounding they still differ clearly from milliseconds.
    const value = given instanceof LongNumber ? Number(given.digits) : given;
    const unit = typeof value === "number" ? describeTimeUnitProblem(value) : null;
    const ms = unit ? null : parseInstant(value);
    if (ms !== null) return new Date(ms).toISOString();
    const shown = typeof value === "string" ? `"${value.slice(0, 64)}"` : String(value);
    const message = unit ?? `must be a date: ISO 8601 text or epoch milliseconds, not ${shown}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .nullish();

/**
 * Numbers by name. The nested details of some providers (OpenAI's `prompt_tokens_details`) are kept but not counted.
 */
const numbers = z
  .custom<Record<string, unknown>>(isJsonObject, expected("an object of numbers"))
  .superRefine((value, context) => {
    if (!isJsonObject(value)) return;
    for (const [name, item] of Object.entries(value)) {
      if (!isFiniteNumber(item) && item !== null && !isJsonObject(item))
        context.addIssue({ code: "custom", path: [name], message: "must be a number" });
    }
  })
  .nullish();

const wholeNumber = z
  .union([number, z.string().regex(/^\d{1,9}$/, "must be a number")], { error: "must be a number" })
  .transform(Number)
  .nullish();

/**
 * One step of an LLM application, with Langfuse's field names (https://langfuse.com/docs/observability/data-model).
 * Only the id is required. A missing environment becomes `default`, and a missing level `DEFAULT`. Unknown fields are
 * kept. Times become ISO 8601 in UTC. Latency and timeToFirstToken are in seconds, costs in USD.
 */
export const Observation = z.looseObject(
  {
    id: text.min(1, "must not be empty").max(ID_LENGTH_MAX, `must be at most ${ID_LENGTH_MAX} characters`),
    traceId: optionalId,
    type: text.min(1, "must not be empty").max(64, "must be at most 64 characters").nullish(),
    name: optionalText,
    startTime: instant,
    endTime: instant,
    completionStartTime: instant,
    createdAt: instant,
    updatedAt: instant,
    environment: optionalText.transform(orDefault("default")),
    level: z
      .enum(observationLevels, `must be one of ${observationLevels.join(", ")}`)
      .nullish()
      .transform(orDefault<(typeof observationLevels)[number]>("DEFAULT")),
    statusMessage: optionalText,
    parentObservationId: optionalId,
    traceName: optionalText,
    userId: optionalId,
    sessionId: optionalId,
    tags: z.array(text, expected("a list of text")).nullish(),
    version: optionalText,
    release: optionalText,
    model: optionalText,
    modelParameters: object,
    promptId: optionalText,
    promptName: optionalText,
    promptVersion: wholeNumber,
    latency: optionalNumber,
    timeToFirstToken: optionalNumber,
    tokensPerSecond: optionalNumber,
    inputTokens: optionalNumber,
    outputTokens: optionalNumber,
    totalTokens: optionalNumber,
    inputCost: optionalNumber,
    outputCost: optionalNumber,
    totalCost: optionalNumber,
    usageDetails: numbers,
    costDetails: numbers,
    toolDefinitions: json,
    toolCalls: json,
    toolCallNames: z.array(text, expected("a list of text")).nullish(),
    metadata: json,
    input: json,
    output: json,
  },
  expected("an object"),
);
export type Observation = z.infer<typeof Observation>;

/** The most levels of objects and lists in one field. Every JSON writer and database can handle this depth. */
const NESTING_MAX = 500;

const Data = z
  .object(
    {
      observation: Observation,
      /**
       * The rank of each field's value; a value of a higher rank usually replaces it. A patch's rank is its order, see
       * langfuse-batch/merge-patch.ts. Rank 0 is a value from the trace.
       */
      setBy: z.record(z.string(), z.number()).optional(),
      /** the part that is stored; set only if no trigger matched and the project does not store all of it */
      kept: z.enum(["cut", "columns"]).optional(),
    },
    expected("an object with an observation"),
  )
  .superRefine(({ observation }, context) => {
    for (const [name, value] of Object.entries(observation)) {
      const problem = problemIn(value, NESTING_MAX);
      if (problem) context.addIssue({ code: "custom", ...problem, path: ["observation", name, ...problem.path] });
    }
  });

/** The data of an `observation.created` event. */
export const ObservationCreated = z.unknown().transform((data, context): z.infer<typeof Data> => {
  const result = Data.safeParse(data);
  if (!result.success) {
    for (const { path, message } of result.error.issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  }
  return keepProto(result.data, (data as { observation: object }).observation);
});
export type ObservationCreated = z.infer<typeof ObservationCreated>;

type Problem = { path: string[]; message: string };

/**
 * Finds a number beyond the range of a double, or a value that is nested too deeply. The problem has the path to it.
 */
function problemIn(value: unknown, levels: number): Problem | null {
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof LongNumber) {
    if (isFiniteNumber(value)) return null;
    return { path: [], message: `is ${value.digits.slice(0, 64)}, which is beyond the range of a number` };
  }
  if (levels === 0) return { path: [], message: `is nested deeper than ${NESTING_MAX} levels` };
  for (const name of Object.keys(value)) {
    const problem = problemIn((value as Record<string, unknown>)[name], levels - 1);
    // The path to a value that is nested too deeply is too long for a message.
    if (problem)
      return problem.message.startsWith("is nested") ? problem : { ...problem, path: [name, ...problem.path] };
  }
  return null;
}

/** Keeps a member called `__proto__`, as the schema keeps any other unknown member. zod alone would drop it. */
function keepProto(data: z.infer<typeof Data>, received: object): z.infer<typeof Data> {
  const member = Object.getOwnPropertyDescriptor(received, "__proto__");
  return member
    ? { ...data, observation: Object.defineProperty({ ...data.observation }, "__proto__", member) as Observation }
    : data;
}
