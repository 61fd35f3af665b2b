import { randomUUID } from "node:crypto";

/** A step of the demo's imaginary application, which is a support assistant. */
type Step = {
  type: "GENERATION" | "SPAN" | "TOOL" | "RETRIEVER";
  name: string;
  seconds: number;
  level: "DEFAULT" | "WARNING" | "ERROR";
  statusMessage?: string;
  model?: string;
  tokens?: [number, number];
  input: unknown;
  output: unknown;
};

const questions = [
  "Where is my order?",
  "How do I change my plan?",
  "The export fails with a timeout",
  "Can I pay by invoice?",
];
const customers = ["cus_ada", "cus_grace", "cus_alan", "cus_edsger"];

const steps: ((question: string) => Step)[] = [
  (question) => ({
    type: "RETRIEVER",
    name: "search-help-center",
    seconds: 0.4,
    level: "DEFAULT",
    input: { query: question },
    output: { documents: 4 },
  }),
  () => ({
    type: "TOOL",
    name: "lookup-order",
    seconds: 0.2,
    level: "ERROR",
    statusMessage: "Order service answered 503",
    input: { order: "ord_1042" },
    output: null,
  }),
  (question) => ({
    type: "GENERATION",
    name: "answer",
    seconds: 2.3,
    level: "DEFAULT",
    model: "gpt-4o-mini",
    tokens: [812, 143],
    input: [{ role: "user", content: question }],
    output: { role: "assistant", content: "Here is how that works …" },
  }),
  (question) => ({
    type: "GENERATION",
    name: "plan",
    seconds: 11.8,
    level: "WARNING",
    model: "claude-sonnet",
    tokens: [5_420, 1_930],
    input: [{ role: "user", content: question }],
    output: { role: "assistant", content: "First look up the order, then …" },
  }),
  () => ({
    type: "SPAN",
    name: "handle-request",
    seconds: 3.1,
    level: "DEFAULT",
    input: { path: "/chat" },
    output: { status: 200 },
  }),
];

/** Makes the observations of one round: a trace of two or three steps, as an instrumented application would send it. */
export function makeDemoObservations(round: number, now: Date) {
  const traceId = randomUUID();
  const question = questions[round % questions.length]!;
  return [0, 1, 2].slice(0, 2 + (round % 2)).map((offset) => {
    const { seconds, tokens, ...step } = steps[(round + offset) % steps.length]!(question);
    const start = now.getTime() - seconds * 1_000;
    return {
      id: randomUUID(),
      traceId,
      traceName: "support-chat",
      sessionId: `session-${Math.floor(round / 5)}`,
      userId: customers[round % customers.length],
      environment: "production",
      tags: ["demo", "support"],
      metadata: { plan: round % 3 === 0 ? "enterprise" : "team", region: "eu" },
      startTime: new Date(start).toISOString(),
      endTime: now.toISOString(),
      updatedAt: now.toISOString(),
      ...(tokens
        ? {
            usageDetails: { input: tokens[0], output: tokens[1] },
            costDetails: { input: tokens[0] * 2.5e-6, output: tokens[1] * 1e-5 },
          }
        : {}),
      ...step,
    };
  });
}
