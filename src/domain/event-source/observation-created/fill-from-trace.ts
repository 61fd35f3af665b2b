import type { TraceAttributes } from "../../opentelemetry/map/trace-attributes";
import type { Observation, ObservationCreated } from "./schema";

type Fields = Record<string, unknown>;

/**
 * The rank of a field that came from the trace. Any value from the observation itself has a higher rank and replaces
 * it.
 */
export const RANK_OF_FIELD_FROM_TRACE = 0;

/**
 * Fills the fields that an observation lacks, or has from its trace, with the known attributes of that trace. The
 * environment `default` counts as lacking. A span keeps only its own tags, as in Langfuse. Other observations also get
 * the trace's tags.
 */
export function fillObservationFromTrace<S extends { fields: Fields; setBy: Record<string, number> }>(
  state: S,
  trace: TraceAttributes,
): S {
  const { userId, sessionId, environment, release, version } = trace;
  const known = { traceName: trace.traceName ?? trace.rootName, userId, sessionId, environment, release, version };
  const isOwn = (name: string): boolean =>
    !isMissing(name, state.fields[name]) && state.setBy[name] !== RANK_OF_FIELD_FROM_TRACE;
  const learned = Object.entries(known).filter(
    ([name, value]) => value !== null && !isOwn(name) && state.fields[name] !== value,
  );
  const tags = tagsWith(state.fields, trace.tags);
  if (learned.length === 0 && tags === null) return state;
  return {
    ...state,
    fields: { ...state.fields, ...Object.fromEntries(learned), ...(tags === null ? {} : { tags }) },
    setBy: { ...state.setBy, ...Object.fromEntries(learned.map(([name]) => [name, RANK_OF_FIELD_FROM_TRACE])) },
  };
}

const isMissing = (name: string, value: unknown): boolean =>
  value === undefined || value === null || (name === "environment" && value === "default");

/** Returns the observation's tags with the trace's tags; null if the trace adds none. */
function tagsWith(fields: Fields, ofTrace: readonly string[]): string[] | null {
  if (protocolOf(fields) === "otlp") return null;
  const own = Array.isArray(fields["tags"]) ? (fields["tags"] as string[]) : [];
  const united = [...new Set([...own, ...ofTrace])];
  return united.length > own.length ? united : null;
}

const protocolOf = (fields: Fields): unknown => (fields["ingestion"] as { protocol?: unknown } | undefined)?.protocol;

/**
 * Adds the known attributes of the trace to a payload. Only observations from an SDK (OTLP or Langfuse) get attributes
 * of other events.
 */
export function addTraceAttributesToPayload(payload: ObservationCreated, trace: TraceAttributes): ObservationCreated {
  if (protocolOf(payload.observation) === undefined) return payload;
  const state = { fields: payload.observation as Fields, setBy: payload.setBy ?? {} };
  const filled = fillObservationFromTrace(state, trace);
  if (filled === state) return payload;
  return { ...payload, observation: filled.fields as Observation, setBy: filled.setBy };
}
