import { makeOneOfParam, textParam, timeParam, makeUrlWriter, type UrlValues } from "@/lib/url-params";
import type { RunState } from "./types";

export const runStates = [
  "queued",
  "running",
  "sleeping",
  "failed",
  "completed",
  "cancelled",
] as const satisfies readonly RunState[];

/** The URL parameters of the list of runs: its filters, and the id of the run whose panel is open. */
export const runListParams = {
  function: textParam.withDefault(""),
  state: makeOneOfParam(runStates),
  run: textParam,
  /** shows only runs that were created until this time; pages of executions link here with it */
  until: timeParam,
};
export type RunListParams = UrlValues<typeof runListParams>;

export const serializeRunListParams = makeUrlWriter(runListParams);
