import * as frameworks from "./content-frameworks";
import * as messages from "./content-messages";
import type { SpanContent, ContentReader } from "./content-source";
import type { SpanReader } from "./span-reader";
import { parseObjectOrList } from "./read-values";

const { attributePairReaders: attributes } = frameworks;

const first: readonly ContentReader[] = [
  attributes.langfuse,
  frameworks.readGenkitContent,
  frameworks.readAiSdkContent,
  attributes.flue,
  messages.readDetailsEventContent,
  messages.readMessageEvents,
  messages.makeContentEventsReader((reader) => contentOf(reader)),
  attributes.adk,
  attributes.logfire2,
  attributes.liveKit,
  messages.readLogfireEvents,
  attributes.mlflow,
  attributes.traceloop,
];
const values: readonly ContentReader[] = [
  attributes.openInference,
  attributes.plain,
  messages.readPydanticAiContent,
  frameworks.readPromptAndCompletion,
  frameworks.readOpenInferenceContent,
];
const genAi: readonly ContentReader[] = [messages.readGenAiMessages, attributes.genAiTool];
const last: readonly ContentReader[] = [frameworks.readRetrievalContent, frameworks.readEmbeddingsAndMcpContent];

/**
 * The conventions in the order in which they decide. The first that finds an input or an output decides, and `filling`
 * adds the one that it lacks.
 */
const deciding: readonly ContentReader[] = [...first, ...values, ...genAi, ...last];
/**
 * The conventions that are tried for the input or the output if the deciding convention lacks it. GenAI conventions
 * come before common names.
 */
const filling: readonly ContentReader[] = [...first, ...genAi, ...values, ...last];

function contentOf(reader: SpanReader): SpanContent {
  const found = { input: null, output: null } as SpanContent;
  for (const source of deciding) {
    Object.assign(found, source(reader));
    if (found.input || found.output) break;
  }
  for (const source of filling) {
    if (found.input && found.output) break;
    const more = source(reader);
    found.input ??= more.input;
    found.output ??= more.output;
  }
  return found;
}

/** Reads the input and the output of a span, and marks their attributes as used. */
export function readSpanContent(reader: SpanReader): { input: unknown; output: unknown } {
  const { input, output } = contentOf(reader);
  for (const found of [input, output]) for (const name of found?.names ?? []) reader.used.add(name);
  return {
    input: input ? input.value : emptyValue(reader, emptyInputs),
    output: output ? output.value : emptyValue(reader, emptyOutputs),
  };
}

const emptyInputs = [
  "langfuse.observation.input",
  "input.value",
  "gen_ai.tool.call.arguments",
  "ai.toolCall.args",
  "traceloop.entity.input",
  "mlflow.spanInputs",
];
const emptyOutputs = [
  "langfuse.observation.output",
  "output.value",
  "gen_ai.tool.call.result",
  "ai.toolCall.result",
  "traceloop.entity.output",
  "mlflow.spanOutputs",
];

/**
 * Returns the empty text, list or object that a span has as its input or output. It counts only if no convention found
 * content. A tool, for instance, may take no arguments.
 */
function emptyValue(reader: SpanReader, names: readonly string[]): unknown {
  const name = names.find((one) => (reader.get(one) ?? null) !== null);
  if (name === undefined) return null;
  reader.used.add(name);
  return parseObjectOrList(reader.get(name));
}
