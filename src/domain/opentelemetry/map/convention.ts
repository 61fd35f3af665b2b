import type { SpanReader } from "./span-reader";

/**
 * Naming conventions by the prefix of attribute names that only they write. The first row that fits a span decides.
 * `gcp.` alone is no such prefix, because spans of Google's other libraries have it too.
 */
const byPrefix: readonly (readonly [string, string])[] = [
  ["langfuse.", "langfuse"],
  ["openinference.", "openinference"],
  ["ai.", "ai-sdk"],
  ["langsmith.", "langsmith"],
  ["traceloop.", "traceloop"],
  ["genkit:", "genkit"],
  ["mlflow.", "mlflow"],
  ["lk.", "livekit"],
  ["gcp.vertex.agent.", "google-adk"],
  ["mastra.", "mastra"],
  ["pydantic_ai.", "pydantic-ai"],
  ["flue.", "flue"],
  ["gen_ai.", "gen_ai"],
  ["llm.", "openinference"],
];

/**
 * Returns the naming convention of a span's attributes; null for none. `gen_ai-1.36` is OpenTelemetry's convention
 * before 1.37.
 */
export function detectConvention(reader: SpanReader): string | null {
  if (reader.scope.startsWith("langfuse-sdk")) return "langfuse";
  const found = byPrefix.find(([prefix]) => reader.hasUnder(prefix))?.[1] ?? null;
  const isOld = found === "gen_ai" && reader.has("gen_ai.system") && !reader.has("gen_ai.provider.name");
  return isOld ? "gen_ai-1.36" : found;
}
