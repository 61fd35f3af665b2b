import type { ObservationCreated } from "./schema";

const NOTE = "Another trace has an observation of this span's id, so the trace's id stands before it.";

/**
 * Returns the trace of a span, and the span under an id that is unique in its project. The id of a span is unique only
 * in its trace. Ids that an application sends itself are unique in its project.
 */
export function idWithinTrace(payload: ObservationCreated): { traceId: string; unique(): ObservationCreated } | null {
  const { observation } = payload;
  const { id, traceId } = observation;
  const ingestion = observation["ingestion"] as { protocol?: unknown; notes?: unknown } | null | undefined;
  if (!traceId || ingestion?.protocol !== "otlp") return null;
  const notes = Array.isArray(ingestion.notes) ? (ingestion.notes as unknown[]) : [];
  const unique = { ...observation, id: `${traceId}.${id}`, ingestion: { ...ingestion, notes: [...notes, NOTE] } };
  return { traceId, unique: () => ({ ...payload, observation: unique }) };
}
