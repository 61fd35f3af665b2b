import type { SpanReading } from "./span-reading";

/** The first part of attribute names that only one convention writes. The first row that fits a span decides. */
const bySegment: readonly (readonly [string, string])[] = [
  ["langfuse", "langfuse"],
  ["openinference", "openinference"],
  ["ai", "ai-sdk"],
  ["langsmith", "langsmith"],
  ["traceloop", "traceloop"],
  ["genkit", "genkit"],
  ["mlflow", "mlflow"],
  ["lk", "livekit"],
  ["gcp", "google-adk"],
  ["mastra", "mastra"],
  ["pydantic_ai", "pydantic-ai"],
  ["flue", "flue"],
  ["gen_ai", "gen_ai"],
  ["llm", "openinference"],
];

/**
 * Returns the naming convention of a span's attributes; null for none. `gen_ai-1.36` is OpenTelemetry's convention
 * before 1.37.
 */
export function conventionOf(reading: SpanReading): string | null {
  if (reading.scope.startsWith("langfuse-sdk")) return "langfuse";
  const segments = new Set<string>();
  for (const name of reading.attributes.keys()) segments.add(name.split(/[.:]/, 1)[0]!);
  const found = bySegment.find(([segment]) => segments.has(segment))?.[1] ?? null;
  const isOld = found === "gen_ai" && reading.has("gen_ai.system") && !reading.has("gen_ai.provider.name");
  return isOld ? "gen_ai-1.36" : found;
}
