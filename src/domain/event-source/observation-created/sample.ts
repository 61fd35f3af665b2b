import { ObservationCreated } from "./schema";

/** Makes a finished generation of a support assistant, which called one tool and ended at `now`. */
export function makeSampleObservation(now: Date, id = "8f1c2b7d5e904a36"): ObservationCreated {
  const before = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
  return ObservationCreated.parse({
    observation: {
      id,
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      type: "GENERATION",
      name: "answer-question",
      startTime: before(2.84),
      endTime: before(0),
      completionStartTime: before(2.31),
      updatedAt: before(0),
      environment: "production",
      level: "DEFAULT",
      parentObservationId: "1d9e6a40c2f85b73",
      traceName: "support-chat",
      userId: "user-4821",
      sessionId: "session-90a7",
      tags: ["support", "beta"],
      version: "2.4.0",
      release: "2026-02-11",
      model: "gpt-4o-mini",
      modelParameters: { temperature: 0.2, max_tokens: 800 },
      promptName: "support-answer",
      promptVersion: 7,
      usageDetails: { input: 1284, output: 212, total: 1496 },
      costDetails: { input: 0.0001926, output: 0.0001272, total: 0.0003198 },
      metadata: { tier: "gold", region: "eu-west-1", feature: "order-status" },
      input: {
        messages: [
          { role: "system", content: "You answer questions about orders, briefly and politely." },
          { role: "user", content: "Where is my order 1043?" },
        ],
        tools: [{ type: "function", function: { name: "get_order", parameters: { type: "object" } } }],
      },
      output: {
        role: "assistant",
        content: "One moment, I am looking up order 1043.",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "get_order", arguments: '{"id":1043}' } }],
      },
    },
  });
}
