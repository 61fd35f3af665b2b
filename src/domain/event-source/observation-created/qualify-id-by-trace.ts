import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { ID_LENGTH_MAX, type ObservationCreated } from "./schema";

const NOTE = "Another trace has an observation of this span's id, so the trace's id stands before it.";

/**
 * Returns the trace of a span, and a function that puts the trace's id before the span's id. A span's id alone is
 * unique only in its trace. Null for a span without a trace, and for other observations: applications make their ids
 * unique in the project.
 */
export function qualifyIdByTrace(
  payload: ObservationCreated,
): { traceId: string; unique(): ObservationCreated } | null {
  const { observation } = payload;
  const { id, traceId } = observation;
  const ingestion = observation["ingestion"] as { protocol?: unknown; notes?: unknown } | null | undefined;
  if (!traceId || ingestion?.protocol !== "otlp") return null;
  const notes = Array.isArray(ingestion.notes) ? (ingestion.notes as unknown[]) : [];
  const unique = { ...observation, id: qualifiedId(traceId, id), ingestion: { ...ingestion, notes: [...notes, NOTE] } };
  return { traceId, unique: () => ({ ...payload, observation: unique }) };
}

/** Puts the trace's id before the span's id. Hashes replace ids that together are longer than an id may be. */
function qualifiedId(traceId: string, id: string): string {
  const joined = `${traceId}.${id}`;
  return joined.length <= ID_LENGTH_MAX
    ? joined
    : [traceId, id].map((part) => bytesToHex(sha256(utf8ToBytes(part)))).join(".");
}
