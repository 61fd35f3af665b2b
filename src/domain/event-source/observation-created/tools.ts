import type { Observation } from "./schema";

type Json = Record<string, unknown>;

/**
 * The tools an observation could call, each name once. From `toolDefinitions` (Langfuse: an object by name, or
 * a list), else from `input.tools` as OpenAI and others write it. Null where there is neither of them to look at.
 */
export function toolNames(observation: Observation): string[] | null {
  const { toolDefinitions, input } = observation;
  if (Array.isArray(toolDefinitions)) return unique(namesOf(toolDefinitions));
  if (isObject(toolDefinitions)) return unique(Object.keys(toolDefinitions));
  if (isMissing(input)) return null;
  return isObject(input) && Array.isArray(input["tools"]) ? unique(namesOf(input["tools"])) : [];
}

/** The tools an observation called, each name once; null where nothing tells. */
export function calledToolNames(observation: Observation): string[] | null {
  const { toolCallNames, toolCalls, output } = observation;
  if (toolCallNames) return unique(toolCallNames);
  if (Array.isArray(toolCalls)) return unique(namesOf(toolCalls));
  return isMissing(output) ? null : unique(namesOf(callsIn(output)));
}

/** How many calls of tools an observation made; null where nothing tells. */
export function toolCallCount(observation: Observation): number | null {
  const { toolCallNames, toolCalls, output } = observation;
  if (typeof toolCalls === "number" && Number.isFinite(toolCalls)) return toolCalls;
  if (Array.isArray(toolCalls)) return toolCalls.length;
  if (toolCallNames) return toolCallNames.length;
  return isMissing(output) ? null : callsIn(output).length;
}

/** The calls in a completion: of a message, a list of messages, or the choices of an OpenAI response. */
function callsIn(output: unknown): unknown[] {
  const messages = Array.isArray(output) ? output : [output];
  return messages.flatMap((message: unknown) => {
    if (!isObject(message)) return [];
    const choices = Array.isArray(message["choices"]) ? message["choices"] : [];
    const inner = [message, message["message"], ...choices.map((choice) => isObject(choice) && choice["message"])];
    return inner.flatMap((item) => (isObject(item) && Array.isArray(item["tool_calls"]) ? item["tool_calls"] : []));
  });
}

function namesOf(items: unknown[]): string[] {
  return items.map(nameOf).filter((name) => name !== null);
}

/** `{function: {name}}` (OpenAI), `{name}`, or the same as JSON text (how Langfuse keeps calls), or a bare name. */
function nameOf(item: unknown): string | null {
  const value = typeof item === "string" && item.startsWith("{") ? parsed(item) : item;
  if (typeof value === "string") return value;
  if (!isObject(value)) return null;
  const inner = isObject(value["function"]) ? value["function"] : value;
  const name = inner["name"] ?? inner["toolName"];
  return typeof name === "string" ? name : null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}
