import { randomUUID } from "node:crypto";
import type { Random } from "@/test/random";

/** A step of the application whose observations are seeded. `failures`: the share that are errors, 0 to 1. */
type Step = { name: string; type: string; seconds: number; tokens?: [number, number]; failures: number };

const steps: readonly Step[] = [
  { name: "answer-support-question", type: "GENERATION", seconds: 2.4, tokens: [1_850, 420], failures: 0.06 },
  { name: "look-up-order", type: "TOOL", seconds: 0.4, failures: 0.1 },
  { name: "retrieve-policy-documents", type: "RETRIEVER", seconds: 0.9, failures: 0.02 },
  { name: "embed-question", type: "EMBEDDING", seconds: 0.2, tokens: [64, 0], failures: 0 },
  { name: "plan-with-tools", type: "AGENT", seconds: 14.8, tokens: [6_200, 1_900], failures: 0.12 },
  {
    name: "judge-answer-for-faithfulness-and-tone",
    type: "EVALUATOR",
    seconds: 1.1,
    tokens: [900, 30],
    failures: 0.01,
  },
  { name: "handle-request", type: "SPAN", seconds: 3.1, failures: 0 },
];
const models = ["gpt-4.1-mini", "claude-sonnet-4", "gemini-2.5-flash-preview-with-a-long-deployment-name"];
const environments = ["production", "production", "production", "staging"];
const errors = [
  "429 Too Many Requests: the provider's rate limit for tokens per minute is exceeded",
  "The tool look_up_order answered 503 after 3 tries",
  "Context length exceeded: 131,072 tokens at most, 140,211 sent",
];

/** Makes observations of a support assistant that ended at `now`. */
export function seededObservations(count: number, now: Date, { next: random, pick, between }: Random) {
  return Array.from({ length: count }, (_, n) => {
    const step = pick(steps);
    const isError = random() < step.failures;
    const seconds = step.seconds * (0.6 + random() * 1.6);
    const [input, output] = step.tokens ?? [0, 0];
    return {
      id: randomUUID(),
      traceId: randomUUID().replaceAll("-", ""),
      traceName: "support-chat",
      sessionId: `session-${between(1, 40)}`,
      userId: `customer_${between(1, 300)}`,
      environment: pick(environments),
      tags: ["support", n % 3 === 0 ? "enterprise" : "team"],
      metadata: { region: pick(["eu", "us"]), release: "2026.11.4" },
      type: step.type,
      name: step.name,
      level: isError ? "ERROR" : random() < 0.04 ? "WARNING" : "DEFAULT",
      ...(isError ? { statusMessage: pick(errors) } : {}),
      startTime: new Date(now.getTime() - seconds * 1_000).toISOString(),
      endTime: now.toISOString(),
      updatedAt: now.toISOString(),
      ...(step.tokens
        ? {
            model: pick(models),
            usageDetails: { input, output },
            costDetails: { input: input * 2.5e-6, output: output * 1e-5 },
          }
        : {}),
      input: { messages: [{ role: "user", content: "Where is my order 1042, and why was I charged twice?" }] },
      output: isError ? null : { role: "assistant", content: "Your order left the warehouse on Tuesday." },
    };
  });
}
