import { cutText } from "../../json/cut-text";
import { stringifyJson } from "../../json/long-number";
import type { UnmatchedStorageLevel } from "../../unmatched-storage";
import type { Observation, ObservationCreated } from "./schema";
import { observationBodyFields, removeObservationBodies } from "./summary";
import * as tools from "./tools";

/** The characters that remain of a cut input, output or metadata: 64 K characters for all three. */
const FIELD_MAX = 21_845;

/**
 * Reduces an observation that no trigger matched to the part that its project stores. Only the bodies are cut or
 * removed, and names of tools in them become fields. An observation with short bodies is not cut.
 */
export function reduceToStoredPart(
  payload: ObservationCreated,
  part: Exclude<UnmatchedStorageLevel, "full">,
): ObservationCreated {
  const { observation } = payload;
  if (part === "columns") {
    const { observation: left } = removeObservationBodies(payload);
    return { ...payload, observation: { ...left, ...toolsOf(observation) }, kept: "columns" };
  }
  const long = observationBodyFields.filter((name) => textOf(observation[name]).length > FIELD_MAX);
  if (long.length === 0) return payload;
  const cut = Object.fromEntries(long.map((name) => [name, cutText(textOf(observation[name]), FIELD_MAX)]));
  return { ...payload, observation: { ...observation, ...toolsOf(observation), ...cut }, kept: "cut" };
}

/**
 * Returns the names of tools as fields of their own. The tool columns read names from the bodies, which are cut or
 * removed.
 */
function toolsOf(observation: Observation): Partial<Observation> {
  const called = tools.listCalledTools(observation);
  const offered = tools.listAvailableTools(observation);
  return {
    ...(called && called.length > 0 ? { toolCallNames: called } : {}),
    ...(offered && offered.length > 0 ? { toolDefinitions: offered.map((name) => ({ name })) } : {}),
  };
}

const textOf = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : stringifyJson(value);
