import type { SpanEvent } from "../decode/trace-export";
import {
  makeAttributePairReader,
  type SpanContent,
  type ContentWithAttributeNames,
  type ContentReader,
} from "./content-source";
import { SpanReader } from "./span-reader";
import { readText, isMeaningfulValue, readList, parseObjectOrList } from "./read-values";
import { isJsonObject, type JsonObject } from "../../json/json-kinds";

/**
 * Reads the content of OpenTelemetry's GenAI conventions from 1.37 on: messages in attributes, with the system
 * instructions beside them.
 */
export const readGenAiMessages: ContentReader = (reader) => {
  const messages = makeAttributePairReader(["gen_ai.input.messages"], ["gen_ai.output.messages"])(reader);
  const [input, output] = [messages.input, messages.output].map((side) => side && withOpenedItems(side));
  return { input: input ? withSystem(reader, input) : null, output: output ?? null };
};

/** Parses the items of a list, because an attribute can be a list of texts, each the JSON of one message. */
const withOpenedItems = ({ value, names }: ContentWithAttributeNames): ContentWithAttributeNames => ({
  value: Array.isArray(value) ? value.map(parseObjectOrList) : value,
  names,
});

/**
 * Reads the content of Pydantic AI's agents, which write the whole conversation into one attribute, and of its tools.
 */
export const readPydanticAiContent: ContentReader = (reader) => {
  const content = makeAttributePairReader(["pydantic_ai.all_messages"], ["final_result"])(reader);
  const isAgent = reader.scope === "pydantic-ai" || content.input !== null;
  const tool = makeAttributePairReader(["tool_arguments"], ["tool_response"])(reader);
  const input = content.input && withSystem(reader, content.input);
  return { input: input ?? tool.input, output: (isAgent ? content.output : null) ?? tool.output };
};

/** Puts the system instructions before the messages, unless there is a system message. */
function withSystem(reader: SpanReader, { value, names }: ContentWithAttributeNames): ContentWithAttributeNames {
  const text = instructionsIn(parseObjectOrList(reader.get("gen_ai.system_instructions")));
  const isSystem = (message: unknown): boolean => isJsonObject(message) && message["role"] === "system";
  if (text === "" || !Array.isArray(value) || value.some(isSystem)) return { value, names };
  const messages = value as unknown[];
  return { value: [{ role: "system", content: text }, ...messages], names: [...names, "gen_ai.system_instructions"] };
}

function instructionsIn(value: unknown): string {
  if (!Array.isArray(value)) return readText(isJsonObject(value) ? (value["content"] ?? value["text"]) : value) ?? "";
  return value.map(instructionsIn).filter(Boolean).join("\n");
}

/** Reads the content of a span whose GenAI instrumentation writes it into an event in place of attributes. */
export const readDetailsEventContent: ContentReader = (reader) => {
  const event = reader.span.events.find(({ name }) => name === "gen_ai.client.inference.operation.details");
  return event ? withoutNames(readGenAiMessages(ofEvent(reader, event))) : { input: null, output: null };
};

const messageEvent = /^gen_ai\.(system|user|assistant|tool)\.message$/;

/** Reads the events of the GenAI conventions up to 1.36: one event for each message, one for each choice. */
export const readMessageEvents: ContentReader = ({ span }) => {
  const messages: JsonObject[] = [];
  const choices: JsonObject[] = [];
  for (const { name, attributes } of span.events) {
    const fields = Object.fromEntries([...attributes].map(([field, value]) => [field, parseObjectOrList(value)]));
    const role = messageEvent.exec(name)?.[1];
    if (role !== undefined) messages.push({ role, ...fields });
    else if (name === "gen_ai.choice") choices.push(fields);
  }
  return { input: found(messages), output: found(choices.length === 1 ? choices[0] : choices) };
};

/**
 * Makes a reader for the content events of OpenLLMetry's first versions.
 * @param contentOf reads the attributes of an event like those of a span
 */
export const makeContentEventsReader =
  (contentOf: ContentReader): ContentReader =>
  (reader) => {
    const side = (name: string, attribute: string, of: keyof SpanContent): ContentWithAttributeNames | null => {
      const event = reader.span.events.find((one) => one.name === name);
      if (!event) return null;
      const own = parseObjectOrList(event.attributes.get(attribute));
      const inner = isMeaningfulValue(own) ? found(own) : contentOf(ofEvent(reader, event))[of];
      return inner ? { ...inner, names: [] } : found(Object.fromEntries(event.attributes));
    };
    return {
      input: side("gen_ai.content.prompt", "gen_ai.prompt", "input"),
      output: side("gen_ai.content.completion", "gen_ai.completion", "output"),
    };
  };

/** Reads Logfire's list of events, in which the choice is the output. */
export const readLogfireEvents: ContentReader = (reader) => {
  const events = readList(reader.get("events")) ?? [];
  const isChoice = (event: unknown): boolean => isJsonObject(event) && event["event.name"] === "gen_ai.choice";
  const choices = events.filter(isChoice);
  const names = ["events"];
  return {
    input: found(
      events.filter((event) => !isChoice(event)),
      names,
    ),
    output: found(choices.length === 1 ? choices[0] : choices, names),
  };
};

/** Makes a SpanReader over the attributes of an event. An event has no events of its own. */
const ofEvent = (reader: SpanReader, event: SpanEvent): SpanReader =>
  new SpanReader({ ...reader.span, events: [] }, event.attributes);

/**
 * Removes the attribute names from content that an event brought, because the span has no attributes of these names.
 */
const withoutNames = ({ input, output }: SpanContent): SpanContent => ({
  input: input && { ...input, names: [] },
  output: output && { ...output, names: [] },
});

const found = (value: unknown, names: string[] = []): ContentWithAttributeNames | null =>
  isMeaningfulValue(value) ? { value, names } : null;
