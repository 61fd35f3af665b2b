import type { ObservationClient, ObservationClientCounts } from "./observation-client";

/** The fewest model calls of a client before its shares allow a hint. Hints about a convention need none. */
const ENOUGH = 20;
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * Lists hints to a sender: fields that its client is known to leave out, and how to get them. Each hint was measured
 * with the client's real SDK.
 * @param figures the client's counts in the period that the page shows
 */
export function listHintsForClient(
  { protocol, convention }: ObservationClient,
  figures: ObservationClientCounts,
): string[] {
  const { events, llm, withoutContent, withoutCost, withoutUser, errors } = figures;
  const hints: string[] = [];
  const lacksContent = llm >= ENOUGH && share(withoutContent, llm) > 0.5;
  if (lacksContent && convention?.startsWith("gen_ai")) {
    hints.push(
      "Most calls come without content. OpenTelemetry's instrumentations leave it out, or send it as log records, " +
        "which no trace has. Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, and " +
        "OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental.",
    );
  } else if (lacksContent) {
    hints.push("Most calls come without input and output: the client masks them, or its option to record them is off.");
  }
  if (convention === "openinference" || convention === "traceloop")
    hints.push(
      "Its OpenAI instrumentation sends no span for a call that failed. Errors of such calls are not seen here.",
    );
  if (convention === "mastra")
    hints.push("A model call that failed keeps the level DEFAULT. The error stands at the span of its agent.");
  if (llm >= ENOUGH && share(withoutUser, llm) > 0.9)
    hints.push("Nearly no call names its user. Triggers on the user match only what the client sends a user for.");
  if (llm >= ENOUGH && share(withoutCost, llm) > 0.9)
    hints.push("Nearly no call has a cost: this client sends none. A filter on cost sees a missing value.");
  if (protocol === "otlp" && events >= 5 * ENOUGH && share(llm, events) < 0.2 && errors < events)
    hints.push("Most of its spans call no model. “LLM spans only” leaves out spans of HTTP, databases and the like.");
  return hints;
}
