import type { SpanEvent } from "../decode/trace-export";
import { attributeSource, type Content, type Found, type ContentReader } from "./content-source";
import { SpanReading } from "./span-reading";
import { asText, isMeaningful, isObject, listIn, opened, type JsonObject } from "./values";

/** OpenTelemetry's GenAI conventions from 1.37 on: messages in attributes, the system's instructions beside them. */
export const genAiMessages: ContentReader = (reading) => {
  const messages = attributeSource(["gen_ai.input.messages"], ["gen_ai.output.messages"])(reading);
  return { ...messages, input: messages.input && withSystem(reading, messages.input) };
};

/** Pydantic AI's agents keep the whole conversation in an attribute of their own. */
export const pydanticAi: ContentReader = (reading) => {
  const content = attributeSource(["pydantic_ai.all_messages"], ["final_result"])(reading);
  const isAgent = reading.scope === "pydantic-ai" || content.input !== null;
  const tool = attributeSource(["tool_arguments"], ["tool_response"])(reading);
  const input = content.input && withSystem(reading, content.input);
  return { input: input ?? tool.input, output: (isAgent ? content.output : null) ?? tool.output };
};

/** Puts the instructions first, as a message of the system, unless there is one. */
function withSystem(reading: SpanReading, { value, names }: Found): Found {
  const text = instructionsIn(opened(reading.get("gen_ai.system_instructions")));
  const isSystem = (message: unknown): boolean => isObject(message) && message["role"] === "system";
  if (text === "" || !Array.isArray(value) || value.some(isSystem)) return { value, names };
  const messages = value as unknown[];
  return { value: [{ role: "system", content: text }, ...messages], names: [...names, "gen_ai.system_instructions"] };
}

function instructionsIn(value: unknown): string {
  if (!Array.isArray(value)) return asText(isObject(value) ? (value["content"] ?? value["text"]) : value) ?? "";
  return value.map(instructionsIn).filter(Boolean).join("\n");
}

/** The event of the GenAI conventions that carries what the attributes would. */
export const contentOfDetailsEvent: ContentReader = (reading) => {
  const event = reading.span.events.find(({ name }) => name === "gen_ai.client.inference.operation.details");
  return event ? withoutNames(genAiMessages(ofEvent(reading, event))) : { input: null, output: null };
};

const messageEvent = /^gen_ai\.(system|user|assistant|tool)\.message$/;

/** The events of the GenAI conventions up to 1.36: one for each message, one for each choice. */
export const messageEvents: ContentReader = ({ span }) => {
  const messages: JsonObject[] = [];
  const choices: JsonObject[] = [];
  for (const { name, attributes } of span.events) {
    const fields = Object.fromEntries([...attributes].map(([field, value]) => [field, opened(value)]));
    const role = messageEvent.exec(name)?.[1];
    if (role !== undefined) messages.push({ role, ...fields });
    else if (name === "gen_ai.choice") choices.push(fields);
  }
  return { input: found(messages), output: found(choices.length === 1 ? choices[0] : choices) };
};

/**
 * The events of OpenLLMetry's first versions.
 * @param contentOf reads the attributes of an event as those of a span
 */
export const contentEvents =
  (contentOf: ContentReader): ContentReader =>
  (reading) => {
    const side = (name: string, attribute: string, of: keyof Content): Found | null => {
      const event = reading.span.events.find((one) => one.name === name);
      if (!event) return null;
      const own = opened(event.attributes.get(attribute));
      const inner = isMeaningful(own) ? found(own) : contentOf(ofEvent(reading, event))[of];
      return inner ? { ...inner, names: [] } : found(Object.fromEntries(event.attributes));
    };
    return {
      input: side("gen_ai.content.prompt", "gen_ai.prompt", "input"),
      output: side("gen_ai.content.completion", "gen_ai.completion", "output"),
    };
  };

/** Logfire's list of events, in which the choice is the output. */
export const logfireEvents: ContentReader = (reading) => {
  const events = listIn(reading.get("events")) ?? [];
  const isChoice = (event: unknown): boolean => isObject(event) && event["event.name"] === "gen_ai.choice";
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

/** The same questions to the attributes of an event, which has no events of its own. */
const ofEvent = (reading: SpanReading, event: SpanEvent): SpanReading =>
  new SpanReading({ ...reading.span, events: [] }, event.attributes);

/** Names of an event's attributes are not names of the span's. */
const withoutNames = ({ input, output }: Content): Content => ({
  input: input && { ...input, names: [] },
  output: output && { ...output, names: [] },
});

const found = (value: unknown, names: string[] = []): Found | null => (isMeaningful(value) ? { value, names } : null);
