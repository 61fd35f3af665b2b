import { parseAsString, parseAsStringLiteral, createSerializer, type inferParserType } from "nuqs/server";
import type { RunState } from "./types";

const states = ["queued", "running", "sleeping", "failed", "cancelled", "completed"] as const satisfies readonly RunState[];

/** The filters of the runs and the run that is open, as they stand in the URL. */
export const engineParams = {
  function: parseAsString,
  state: parseAsStringLiteral(states),
  run: parseAsString,
};
export type EngineParams = inferParserType<typeof engineParams>;

export const serializeEngineParams = createSerializer(engineParams);
