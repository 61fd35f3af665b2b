import { oneOfParam, textParam, timeParam, urlWriter, type UrlValues } from "@/lib/url-params";
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
export const runListParams = {
  function: textParam.withDefault(""),
  state: oneOfParam(runStates),
  run: textParam,
  /** shows the runs that were made until this time; an execution links here */
  until: timeParam,
};
export type RunListParams = UrlValues<typeof runListParams>;

export const serializeRunListParams = urlWriter(runListParams);
