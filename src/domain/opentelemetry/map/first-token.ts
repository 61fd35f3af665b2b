import { parseInstant } from "../../filter/parse-instant";
import type { SpanReader } from "./span-reader";
import { readPlainNumber, parseAnyJson } from "./read-values";

const chunkEvents = new Set(["gen_ai.content.completion.chunk", "First Token Stream Event"]);
const inMs = ["ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"];
const inSeconds = [
  "gen_ai.response.time_to_first_chunk",
  "gen_ai.client.operation.time_to_first_chunk",
  "lk.response.ttft",
];

/**
 * Returns the time of the first token, in epoch milliseconds; null if no attribute and no event tells it.
 * @param startMs the start of the span
 */
export function readFirstTokenTimeMs(reader: SpanReader, startMs: number): number | null {
  const after = (names: readonly string[], unit: number): number | null => {
    const value = readPlainNumber(reader.first(names));
    return value === null || value < 0 ? null : parseInstant(startMs + Math.ceil(value * unit));
  };
  return (
    // Langfuse's SDKs write the date as JSON, some of them twice.
    parseInstant(parseAnyJson(parseAnyJson(reader.get("langfuse.observation.completion_start_time")))) ??
    after(inMs, 1) ??
    after(inSeconds, 1_000) ??
    after(["gen_ai.server.time_to_first_token"], 1) ??
    reader.span.events.find(({ name }) => chunkEvents.has(name))?.timeMs ??
    null
  );
}
