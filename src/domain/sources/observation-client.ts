import { deriveTotalCost } from "../event-source/observation-created/derived";
import type { Observation } from "../event-source/observation-created/schema";

/** A client that sends observations: its SDK, its protocol, and the naming convention of its spans. */
export type ObservationClient = {
  /** http: the event endpoint. otlp: OpenTelemetry. langfuse: Langfuse's batch */
  protocol: string;
  sdk: string | null;
  sdkVersion: string | null;
  /** the naming convention of the spans' attributes; null without one */
  convention: string | null;
};

const TEXT_MAX = 60;
const short = (value: unknown): string | null => (typeof value === "string" ? value.slice(0, TEXT_MAX) || null : null);

/** The name of a client, which may have spaces, and its version: `OTel OTLP Exporter Go 1.38.0`. */
const NAME_AND_VERSION = /^(?<sdk>.+?)(?: (?<version>\S+))?$/;

/**
 * Tells which client sent an observation: by the notes of an OTLP or Langfuse request, else by the name that the
 * request to the event endpoint gave. @param client the client that the request to the event endpoint named
 */
export function identifyObservationClient(observation: Observation, client: string | null): ObservationClient {
  const told = observation["ingestion"];
  if (typeof told === "object" && told !== null) {
    const { protocol, sdk, sdkVersion, convention } = told as Record<string, unknown>;
    if (protocol === "otlp" || protocol === "langfuse")
      return { protocol, sdk: short(sdk), sdkVersion: short(sdkVersion), convention: short(convention) };
  }
  const { sdk, version } = NAME_AND_VERSION.exec(client ?? "")?.groups ?? {};
  return { protocol: "http", sdk: short(sdk), sdkVersion: short(version), convention: null };
}

/** The counts about one client: its events, its model calls (`llm`), model calls that lack a field, and errors. */
export type ObservationClientCounts = {
  events: number;
  llm: number;
  withoutContent: number;
  withoutCost: number;
  withoutUser: number;
  errors: number;
};

const modelTypes: ReadonlySet<string> = new Set(["GENERATION", "EMBEDDING"]);
const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "";

/**
 * Counts one observation for its client, and the fields that it lacks.
 * @param isPart whether a later patch may follow; then the observation does not count as a model call
 */
export function countObservationForClient(
  observation: Observation,
  { isPart }: { isPart: boolean },
): ObservationClientCounts {
  const isModel = modelTypes.has(observation.type ?? "") || !isEmpty(observation.model);
  const counted = isModel && !isPart;
  const one = (holds: boolean): number => (counted && holds ? 1 : 0);
  return {
    events: 1,
    llm: one(true),
    withoutContent: one(isEmpty(observation.input) && isEmpty(observation.output)),
    withoutCost: one(deriveTotalCost(observation) === null),
    withoutUser: one(isEmpty(observation.userId)),
    errors: observation.level === "ERROR" ? 1 : 0,
  };
}
