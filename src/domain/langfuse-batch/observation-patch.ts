import type { z } from "zod";
import { observationTypes, Observation } from "../event-source/observation-created/schema";
import { isJsonObject, type JsonObject } from "../json/json-kinds";
import { normalizeEnvironmentName } from "../opentelemetry/map/environment";
import { readCostAmounts } from "../opentelemetry/map/cost";
import { readTokenCounts, readUsageDetails, addUsageTotal, type TokenUsage } from "../opentelemetry/map/usage-buckets";
import { isMeaningfulValue } from "../opentelemetry/map/read-values";

/**
 * The changes that one event of a batch makes to an observation. It has only the fields to which the event gives a
 * value.
 */
export type ObservationPatch = {
  id: string;
  /** whether the event creates the observation; a create counts as older than every update */
  isCreate: boolean;
  /** the event's time, epoch milliseconds */
  timestampMs: number;
  fields: JsonObject;
};

/** The error of a batch event that is rejected. Its message tells the sender the reason. */
export class BatchEventError extends Error {}

/** The types of batch events, each with the type of its observation; null if the body of the event names that type. */
const kinds = new Map<string, { type: string | null; isCreate: boolean }>([
  ...["span", "generation", "event", "agent", "tool", "chain", "retriever", "evaluator", "embedding", "guardrail"].map(
    (name) => [`${name}-create`, { type: name.toUpperCase(), isCreate: true }] as const,
  ),
  ["span-update", { type: "SPAN", isCreate: false }],
  ["generation-update", { type: "GENERATION", isCreate: false }],
  ["observation-create", { type: null, isCreate: true }],
  ["observation-update", { type: null, isCreate: false }],
]);

export const isObservationEventType = (type: string): boolean => kinds.has(type);

/** Fields that have the same name in the body of an event and in an observation. */
const plainFields = [
  ...["traceId", "parentObservationId", "name", "startTime", "endTime", "completionStartTime", "level"],
  ...["statusMessage", "version", "metadata", "input", "output", "model", "modelParameters", "usage"],
  ...["promptName", "promptVersion"],
] as const;

/**
 * Parses the body of an event as a patch. `eventType` must be a type for which `isObservationEventType` holds.
 * @throws BatchEventError that names the field and its fault
 */
export function readObservationPatch(eventType: string, body: unknown, timestampMs: number): ObservationPatch {
  const kind = kinds.get(eventType)!;
  if (!isJsonObject(body)) throw new BatchEventError("body must be an object");
  const id = readEventBodyId(body);
  if (isMissing(body["promptName"]) !== isMissing(body["promptVersion"]))
    throw new BatchEventError("body.promptName and body.promptVersion must come together");
  const given = fieldsOf(body, kind.type ?? typeIn(body));
  const parsed = Observation.safeParse({ id, ...given });
  if (!parsed.success) throw new BatchEventError(describe(parsed.error));
  // The schema fills missing fields with defaults; a patch must not have them.
  const fields = Object.fromEntries(Object.keys(given).map((name) => [name, parsed.data[name]]));
  return { id, isCreate: kind.isCreate, timestampMs, fields };
}

/**
 * Returns the id in the body of an event.
 * @throws BatchEventError without a usable id: the sender would never learn an id that was made here
 */
export function readEventBodyId(body: JsonObject): string {
  const { id } = body;
  if (typeof id === "string" && id !== "" && !id.includes("\r")) return id;
  throw new BatchEventError(
    isMissing(id) || id === ""
      ? "body.id is missing; give each observation and each trace an id"
      : "body.id must be text without a carriage return",
  );
}

function fieldsOf(body: JsonObject, type: string | null): JsonObject {
  const fields: [string, unknown][] = plainFields.map((name) => [name, body[name]]);
  const { environment } = body;
  const usageDetails = usageOf(body);
  return Object.fromEntries(
    [
      ["type", type] as const,
      ...fields,
      ["environment", typeof environment === "string" ? normalizeEnvironmentName(environment) : environment] as const,
      ["usageDetails", usageDetails && addUsageTotal(usageDetails)] as const,
      ["costDetails", readCostAmounts(body["costDetails"]) ?? readCostAmounts(oldCosts(body["usage"]))] as const,
    ].filter(([, value]) => !isMissing(value)),
  );
}

function typeIn(body: JsonObject): string | null {
  const { type } = body;
  if (isMissing(type)) return null;
  const known = observationTypes.find((one) => one === type);
  if (known) return known;
  throw new BatchEventError(`body.type must be one of ${observationTypes.join(", ")}`);
}

function usageOf(body: JsonObject): TokenUsage | null {
  const details = readUsageDetails(body["usageDetails"]);
  return isMeaningfulValue(details) ? (details as TokenUsage) : oldUsage(body["usage"]);
}

/** Reads Langfuse's older usage: `{input, output, total, unit, …Cost}`, or OpenAI's counts. */
function oldUsage(usage: unknown): TokenUsage | null {
  if (!isJsonObject(usage)) return null;
  return readTokenCounts([
    ["input", usage["input"] ?? usage["promptTokens"] ?? usage["prompt_tokens"]],
    ["output", usage["output"] ?? usage["completionTokens"] ?? usage["completion_tokens"]],
    ["total", usage["total"] ?? usage["totalTokens"] ?? usage["total_tokens"]],
  ]);
}

function oldCosts(usage: unknown): JsonObject | null {
  if (!isJsonObject(usage)) return null;
  return { input: usage["inputCost"], output: usage["outputCost"], total: usage["totalCost"] };
}

function describe(error: z.ZodError): string {
  const [first] = error.issues;
  return `${["body", ...(first?.path ?? [])].map(String).join(".")}: ${first?.message ?? "is not valid"}`;
}

const isMissing = (value: unknown): boolean => value === undefined || value === null;
