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

/** A second event source, as another module would add one. The program learns all about it from the registry. */
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
  list: [
    { id: "name", header: "Name", kind: "name" },
    { id: "value", header: "Value", kind: "number", width: "5rem" },
    {
      id: "verdict",
      header: "Verdict",
      kind: "mark",
      width: "6rem",
      usual: "good",
      looks: { good: { label: "Good", tone: "neutral" }, bad: { label: "Bad", tone: "danger" } },
    },
  ],
  summary: ({ score }) => ({
    name: score.name,
    traceId: score.traceId ?? null,
    facts: { value: score.value, verdict: score.value < 0.5 ? "bad" : "good" },
  }),
  shown: ({ score: { comment, ...rest } }, withBodies) => (withBodies ? { ...rest, comment } : rest),
  jsonTexts: () => [],
  withoutBodies: ({ score: { comment: _comment, ...score } }) => ({ score }),
  actionInput: ({ score }, detail) => (detail === "thin" ? { id: score.id } : { ...score }),
};

const ScoresSummed = z.object({ summary: z.object({ id: z.string(), scores: z.array(Score) }) });
type ScoresSummed = z.infer<typeof ScoresSummed>;

/** An event source whose events the program makes itself. One execution may stand for many scores. */
export const scoresSummed: EventSource<ScoresSummed> = {
  name: "scores.summed",
  label: "Scores of an hour",
  description: "The scores of one hour, in one event.",
  noun: { one: "summary", many: "summaries" },
  isMadeHere: true,
  payload: ScoresSummed,
  sourceId: ({ summary }) => summary.id,
  updatedAt: () => null,
  hasEnded: () => true,
  columns: [
    {
      id: "count",
      label: "Count",
      group: "Summary",
      type: "number",
      nullable: false,
      read: ({ summary }) => summary.scores.length,
    },
  ],
  list: [
    { id: "name", header: "Name", kind: "name" },
    { id: "count", header: "Scores", kind: "number" },
  ],
  links: () => ({ traceId: null, sessionId: null }),
  sample: (now) => ({ summary: { id: "hour-1", scores: [scoreCreated.sample(now).score] } }),
  summary: ({ summary }) => ({ name: null, facts: { count: summary.scores.length } }),
  shown: ({ summary }) => summary,
  jsonTexts: () => [],
  withoutBodies: (payload) => payload,
  actionInput: ({ summary }) => ({ ...summary }),
};
