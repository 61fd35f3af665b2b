import type { EventColumn } from "../event-source";
import { describeComputedCost } from "./computed-cost";
import * as derived from "./derived";
import { observationLevels, observationTypes, type Observation, type ObservationCreated } from "./schema";
import * as tools from "./tools";

type ObservationColumn = EventColumn<ObservationCreated>;
type Definition = Omit<ObservationColumn, "group" | "read" | "nullable"> & {
  nullable?: boolean;
  /** reads the value; left out if the value is the field of the same name */
  read?: (observation: Observation) => unknown;
};

function inGroup(group: string, definitions: Definition[]): ObservationColumn[] {
  return definitions.map(({ read, ...definition }) => ({
    nullable: true,
    ...definition,
    group,
    read: ({ observation }) => (read ? read(observation) : observation[definition.id]),
  }));
}

/**
 * The columns of an observation. They have Langfuse's types, so that the program can import Langfuse's filters. The
 * input and the output have the type `text`, which Langfuse lacks.
 */
export const observationColumns: readonly ObservationColumn[] = [
  ...inGroup("Observation", [
    { id: "id", label: "ID", type: "stringOptions", freeText: true, nullable: false },
    { id: "type", label: "Type", type: "stringOptions", options: observationTypes },
    { id: "name", label: "Name", type: "stringOptions", freeText: true },
    { id: "level", label: "Level", type: "stringOptions", options: observationLevels, isClosed: true, nullable: false },
    { id: "statusMessage", label: "Status message", type: "string" },
    { id: "environment", label: "Environment", type: "stringOptions", options: ["default"], nullable: false },
    { id: "version", label: "Version", type: "string" },
    { id: "release", label: "Release", type: "string" },
  ]),
  ...inGroup("Trace", [
    { id: "traceId", label: "Trace ID", type: "string" },
    { id: "traceName", label: "Trace name", type: "stringOptions", freeText: true },
    { id: "userId", label: "User ID", type: "string" },
    { id: "sessionId", label: "Session ID", type: "string" },
    { id: "parentObservationId", label: "Parent observation ID", type: "string" },
    {
      id: "isRootObservation",
      label: "Is root observation",
      type: "boolean",
      nullable: false,
      description: "True where the observation has no parent.",
      read: derived.isRootObservation,
    },
    { id: "tags", label: "Tags", type: "arrayOptions" },
  ]),
  ...inGroup("Model", [
    { id: "model", label: "Model", type: "stringOptions", freeText: true },
    { id: "modelParameters", label: "Model parameters", type: "stringObject", description: "Such as temperature." },
    { id: "promptName", label: "Prompt name", type: "stringOptions", freeText: true },
    { id: "promptVersion", label: "Prompt version", type: "number" },
  ]),
  ...inGroup("Time", [
    { id: "startTime", label: "Start time", type: "datetime" },
    { id: "endTime", label: "End time", type: "datetime" },
    { id: "latency", label: "Latency", type: "number", unit: "s", read: derived.deriveLatency },
    {
      id: "timeToFirstToken",
      label: "Time to first token",
      type: "number",
      unit: "s",
      read: derived.deriveTimeToFirstToken,
    },
  ]),
  ...inGroup("Usage and cost", [
    { id: "inputTokens", label: "Input tokens", type: "number", unit: "tokens", read: derived.deriveInputTokens },
    { id: "outputTokens", label: "Output tokens", type: "number", unit: "tokens", read: derived.deriveOutputTokens },
    { id: "totalTokens", label: "Total tokens", type: "number", unit: "tokens", read: derived.deriveTotalTokens },
    {
      id: "tokensPerSecond",
      label: "Tokens per second",
      type: "number",
      unit: "tokens/s",
      read: derived.deriveTokensPerSecond,
    },
    {
      id: "inputCost",
      label: "Input cost",
      type: "number",
      unit: "USD",
      read: derived.deriveInputCost,
      note: describeComputedCost,
    },
    {
      id: "outputCost",
      label: "Output cost",
      type: "number",
      unit: "USD",
      read: derived.deriveOutputCost,
      note: describeComputedCost,
    },
    {
      id: "totalCost",
      label: "Total cost",
      type: "number",
      unit: "USD",
      read: derived.deriveTotalCost,
      note: describeComputedCost,
    },
    {
      id: "usageDetails",
      label: "Usage details",
      type: "numberObject",
      description: "Tokens by kind, such as input_cached_tokens.",
    },
    {
      id: "costDetails",
      label: "Cost details",
      type: "numberObject",
      description: "USD by kind.",
      note: describeComputedCost,
    },
  ]),
  ...inGroup("Tools", [
    { id: "toolNames", label: "Available tool names", type: "arrayOptions", read: tools.listAvailableTools },
    { id: "calledToolNames", label: "Called tool names", type: "arrayOptions", read: tools.listCalledTools },
    {
      id: "toolCalls",
      label: "Tool calls",
      type: "number",
      description: "How many calls.",
      read: tools.countToolCalls,
    },
  ]),
  ...inGroup("Content", [
    {
      id: "metadata",
      label: "Metadata",
      type: "stringObject",
      isBody: true,
      description: "By key, or all texts in it.",
    },
    {
      id: "input",
      label: "Input",
      type: "text",
      isBody: true,
      description: "All texts in it, or one place by a dotted path.",
    },
    {
      id: "output",
      label: "Output",
      type: "text",
      isBody: true,
      description: "All texts in it, or one place by a dotted path.",
    },
  ]),
];
