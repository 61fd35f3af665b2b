/**
 * The columns of Langfuse's observations. Langfuse's filters name them by id, or by a name from its interface, older
 * names included. Sources: https://github.com/langfuse/langfuse, packages/shared/src: observationsTable.ts,
 * eventsTable.ts, tableDefinitions/mapObservationsTable.ts, features/evals.
 */

/** Langfuse's names of each column of this program. An export writes the first name. */
const names: Record<string, readonly string[]> = {
  id: ["id", "ID", "spanId", "Span ID"],
  type: ["type", "Type"],
  name: ["name", "Name"],
  level: ["level", "Level"],
  statusMessage: ["statusMessage", "Status Message"],
  environment: ["environment", "Environment", "traceEnvironment", "Trace Environment"],
  version: ["version", "Version"],
  release: ["release", "Release"],
  traceId: ["traceId", "Trace ID"],
  traceName: ["traceName", "Trace Name"],
  userId: ["userId", "User ID"],
  sessionId: ["sessionId", "Session ID"],
  parentObservationId: ["parentObservationId", "Parent Observation ID", "Parent Observation"],
  isRootObservation: ["isRootObservation", "Is Root Observation"],
  tags: ["tags", "Tags", "traceTags", "Trace Tags"],
  model: ["model", "Model", "providedModelName", "Provided Model Name"],
  promptName: ["promptName", "Prompt Name"],
  promptVersion: ["promptVersion", "Prompt Version"],
  startTime: ["startTime", "Start Time"],
  endTime: ["endTime", "End Time"],
  latency: ["latency", "Latency (s)"],
  timeToFirstToken: ["timeToFirstToken", "Time To First Token (s)"],
  inputTokens: ["inputTokens", "Input Tokens"],
  outputTokens: ["outputTokens", "Output Tokens"],
  totalTokens: ["totalTokens", "Total Tokens", "tokens", "Tokens", "usage", "Usage"],
  tokensPerSecond: ["tokensPerSecond", "Tokens per second"],
  inputCost: ["inputCost", "Input Cost ($)"],
  outputCost: ["outputCost", "Output Cost ($)"],
  totalCost: ["totalCost", "Total Cost ($)", "Cost ($)"],
  toolNames: ["toolNames", "Tool Names", "Available Tool Names"],
  calledToolNames: ["calledToolNames", "Called Tool Names"],
  toolCalls: ["toolCalls", "Tool Calls", "Tool Call Count"],
  metadata: ["metadata", "Metadata"],
  input: ["input", "Input"],
  output: ["output", "Output"],
};

/** Langfuse's boolean columns that say whether another column has a value, by that other column. */
const presences: Record<string, readonly string[]> = {
  parentObservationId: ["hasParentObservation", "Has Parent Observation"],
  input: ["hasInput", "Has Input"],
  output: ["hasOutput", "Has Output"],
};

/** Data that Langfuse filters by and that events of this program lack, with words for people. */
const notReceived: readonly (readonly [what: string, names: readonly string[]])[] = [
  [
    "scores",
    [
      ...["scores", "Scores", "scores_avg", "Scores (numeric)", "score_categories", "Scores (categorical)"],
      ...["score_booleans", "Scores (boolean)", "trace_scores_avg", "Trace Scores (numeric)"],
      ...["trace_score_categories", "Trace Scores (categorical)", "trace_score_booleans", "Trace Scores (boolean)"],
    ],
  ],
  ["comments", ["commentCount", "Comment Count", "commentContent", "Comment Content"]],
  ["the position in the trace", ["positionInTrace", "Position in Trace"]],
  [
    "experiments and data sets",
    [
      ...["experimentDatasetId", "Experiment Dataset ID", "Dataset", "experimentId", "Experiment ID"],
      ...["experimentName", "Experiment Name", "isExperimentItemRootSpan", "Is Experiment Item Root Span"],
    ],
  ],
  ["Langfuse's own id of a model", ["modelId", "Model ID"]],
  ["the number of available tools", ["toolDefinitions", "Available Tools"]],
];

function byName<T>(entries: Iterable<readonly [T, readonly string[]]>): ReadonlyMap<string, T> {
  return new Map([...entries].flatMap(([meaning, known]) => known.map((name) => [folded(name), meaning] as const)));
}

/** Writes a name in lower case, because older filters write other capitals (`type`, `Tokens Per Second`). */
const folded = (name: string): string => name.trim().toLowerCase();

const ours = byName(Object.entries(names));
const oursByPresence = byName(Object.entries(presences));
const unreceived = byName(notReceived);

/**
 * The meaning of a Langfuse column: a column of this program, whether such a column has a value, data that this program
 * does not receive, or nothing known.
 */
export type LangfuseColumnMeaning =
  { kind: "column" | "presence"; id: string } | { kind: "not received"; what: string } | { kind: "unknown" };

export function findLangfuseColumnMeaning(name: string): LangfuseColumnMeaning {
  const key = folded(name);
  const what = unreceived.get(key);
  if (what !== undefined) return { kind: "not received", what };
  const presence = oursByPresence.get(key);
  if (presence !== undefined) return { kind: "presence", id: presence };
  const id = ours.get(key);
  return id === undefined ? { kind: "unknown" } : { kind: "column", id };
}

/** Returns Langfuse's name of a column; null if Langfuse has no such column in its filters. */
export function findLangfuseColumnName(id: string): string | null {
  return (Object.hasOwn(names, id) && names[id]?.[0]) || null;
}
