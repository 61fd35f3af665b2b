import { buildEnvelopeText } from "@/domain/action/webhook/envelope";
import type { EventDetailLevel, EventSource } from "@/domain/event-source/event-source";

/** Makes the webhook envelope of a sample event. The template field offers the names inside it as variables. */
export function makeSampleEnvelope(source: EventSource, detail: EventDetailLevel): Record<string, unknown> {
  const at = new Date(0);
  const text = buildEnvelopeText({
    source,
    apiVersion: "v1",
    timestamp: at,
    trigger: { id: "", name: "" },
    executionId: "",
    url: "",
    subject: source.actionInput(source.sample(at), detail),
  });
  return JSON.parse(text) as Record<string, unknown>;
}
