import { createSerializer, parseAsIsoDateTime, parseAsString, parseAsStringLiteral, type inferParserType } from "nuqs";
import type { RunState } from "./types";

export const runStates = [
  "queued",
  "running",
  "sleeping",
  "failed",
  "completed",
  "cancelled",
] as const satisfies readonly RunState[];

/** The filters of the list of runs and the open run, in the URL. */
export const engineParams = {
  function: parseAsString.withDefault(""),
  state: parseAsStringLiteral(runStates),
  run: parseAsString,
  /** shows the runs that were made until this time; an execution links here */
  until: parseAsIsoDateTime,
};
export type EngineParams = inferParserType<typeof engineParams>;

export const serializeEngineParams = createSerializer(engineParams);
