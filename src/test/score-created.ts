import { z } from "zod";
import type { EventSource } from "@/domain/event-source/event-source";

const Score = z.object({
  id: z.string().min(1),
  name: z.string(),
  value: z.number(),
  comment: z.string().nullish(),
  traceId: z.string().nullish(),
});
const ScoreCreated = z.object({ score: Score });
type ScoreCreated = z.infer<typeof ScoreCreated>;

/** A second event source, as a module of its own would be: everything else comes from the registry. */
export const scoreCreated: EventSource<ScoreCreated> = {
  name: "score.created",
  label: "Score created",
  description: "Somebody, or something, has judged a trace.",
  noun: { one: "score", many: "scores" },
  payload: ScoreCreated,
  sourceId: ({ score }) => score.id,
  updatedAt: () => null,
  hasEnded: () => true,
  columns: [
    { id: "name", label: "Name", group: "Score", type: "string", nullable: false, read: ({ score }) => score.name },
    { id: "value", label: "Value", group: "Score", type: "number", nullable: false, read: ({ score }) => score.value },
    {
      id: "comment",
      label: "Comment",
      group: "Score",
      type: "text",
      nullable: true,
      isBody: true,
      read: ({ score }) => score.comment,
    },
  ],
  links: ({ score }) => ({ traceId: score.traceId ?? null, sessionId: null }),
  sample: () => ({
    score: {
      id: "score-1",
      name: "helpfulness",
      value: 0.2,
      comment: "It did not answer the question.",
      traceId: "trace-1",
    },
  }),
  summary: ({ score }) => ({
    traceId: score.traceId ?? null,
    parentId: null,
    type: null,
    name: score.name,
    level: null,
    model: null,
    environment: null,
    userId: null,
    sessionId: null,
    startTime: null,
    latency: null,
    totalTokens: null,
    totalCost: null,
  }),
  shown: ({ score: { comment, ...rest } }, withBodies) => (withBodies ? { ...rest, comment } : rest),
  jsonTexts: () => [],
  withoutBodies: ({ score: { comment: _comment, ...score } }) => ({ score }),
  actionInput: ({ score }, detail) => (detail === "thin" ? { id: score.id } : { ...score }),
};
