import { parseJsonField } from "../../filter/field-text";
import type { Observation } from "./schema";
import { isJsonObject } from "../../json/json-kinds";

type Json = Record<string, unknown>;

/**
 * Lists the tools that an observation could call, each name once. It reads `toolDefinitions` (Langfuse: an object by
 * name, or a list), else the input, where OpenAI, Google and others list the tools.
 * @returns null if the observation has neither; an empty list if its input names no tools
 */
export function listAvailableTools(observation: Observation): string[] | null {
  const { input } = observation;
  const definitions = parseJsonField(observation.toolDefinitions);
  if (Array.isArray(definitions)) return unique(namesOf(definitions));
  if (isJsonObject(definitions)) return unique(Object.keys(definitions));
  if (isMissing(input)) return null;
  const request = parsedIfAboutTools(input);
  if (!isJsonObject(request)) return [];
  const config = isJsonObject(request["config"]) ? request["config"] : {};
  const tools = [request["tools"], config["tools"]].find((list) => Array.isArray(list)) as unknown[] | undefined;
  return unique(namesOf(tools ?? []));
}

/**
 * Lists the tools that an observation called, each name once. It reads the fields of tool calls, else takes the name of
 * an observation of type TOOL, else searches the output. Null without any of these.
 */
export function listCalledTools(observation: Observation): string[] | null {
  const { toolCallNames, toolCalls, output } = observation;
  if (toolCallNames) return unique(toolCallNames);
  if (Array.isArray(toolCalls)) return unique(namesOf(toolCalls));
  if (isToolItself(observation)) return [observation.name!];
  return isMissing(output) ? null : unique(namesOf(callsIn(parsedIfAboutTools(output))));
}

/**
 * Counts the tool calls of an observation: the number in `toolCalls`, else the calls in the places that
 * `listCalledTools` reads. Null without any of these.
 */
export function countToolCalls(observation: Observation): number | null {
  const { toolCallNames, toolCalls, output } = observation;
  if (typeof toolCalls === "number" && Number.isFinite(toolCalls)) return toolCalls;
  if (Array.isArray(toolCalls)) return toolCalls.length;
  if (toolCallNames) return toolCallNames.length;
  if (isToolItself(observation)) return 1;
  return isMissing(output) ? null : callsIn(parsedIfAboutTools(output)).length;
}

const isToolItself = ({ type, name }: Observation): boolean => type === "TOOL" && Boolean(name);

/** Parses a text as JSON if it mentions tools or functions. */
const parsedIfAboutTools = (value: unknown): unknown =>
  typeof value === "string" && !/tool|function/i.test(value) ? value : parseJsonField(value);

/** The most levels of nested messages to search. LangChain's generations are nested the deepest. */
const DEPTH_MAX = 8;

/** The types of message parts that are tool calls: of OpenTelemetry, Anthropic, the AI SDK, and OpenAI's responses. */
const callTypes = new Set([
  "tool_call",
  "server_tool_call",
  "tool_use",
  "server_tool_use",
  "mcp_tool_use",
  "tool-call",
  "function_call",
  "custom_tool_call",
]);

/** The members of a message that hold its tool calls. */
const callLists = ["tool_calls", "toolCalls"];
/**
 * Members to search for tool calls: answers keep messages there, messages keep parts, and LangChain keeps its fields.
 */
const holders = [
  "message",
  "choices",
  "messages",
  "output",
  "generations",
  "kwargs",
  "additional_kwargs",
  "candidates",
  "contents",
  "content",
  "parts",
  "message_content",
  // Azure's SDKs write the whole message into this attribute of an event.
  "gen_ai.event.content",
];

/**
 * Lists the tool calls of a completion. The completion is a message, a list of messages, or a whole answer, in the form
 * of any known sender.
 */
function callsIn(value: unknown, depth = 0): unknown[] {
  if (depth > DEPTH_MAX) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => callsIn(item, depth + 1));
  if (!isJsonObject(value)) return [];
  if (isCall(value)) return [value];
  // A message may repeat its calls in its content, so the content is searched only if the message lists no calls.
  const listed = callLists.map((name) => parseJsonField(value[name])).find(isFilledList);
  if (listed) return listed;
  return holders.flatMap((name) => callsIn(value[name], depth + 1));
}

const isFilledList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;

function isCall(part: Json): boolean {
  const { type } = part;
  if (typeof type === "string" && callTypes.has(type)) return nameOf(part) !== null;
  if (innerCalls.some((name) => isJsonObject(part[name]))) return true;
  return type === undefined && typeof part["toolName"] === "string" && typeof part["toolCallId"] === "string";
}

function namesOf(items: unknown[]): string[] {
  return items.flatMap((item) => declared(item) ?? nameOf(item) ?? []);
}

/**
 * Returns the names in Google's `functionDeclarations`, because one Google tool lists several functions. Null for every
 * other entry.
 */
function declared(item: unknown): string[] | null {
  if (!isJsonObject(item)) return null;
  const list = item["functionDeclarations"] ?? item["function_declarations"];
  return Array.isArray(list) ? namesOf(list) : null;
}

/**
 * Members of a message's part that hold a tool call: in Google's API, OpenAI's older API, Bedrock's Converse, and
 * Genkit.
 */
const innerCalls = ["functionCall", "function_call", "toolUse", "toolRequest"];
/** Members of a tool that hold the tool's name in an object of their own. */
const inner = ["function", "tool_call", ...innerCalls, "toolSpec"];

/**
 * Returns the name of a tool from `{function: {name}}` (OpenAI), from `{name}`, from JSON text with either (as Langfuse
 * keeps calls), or from a bare name.
 */
function nameOf(item: unknown): string | null {
  const value = parseJsonField(item);
  if (typeof value === "string") return value.startsWith("{") ? null : value;
  if (!isJsonObject(value)) return null;
  const name = value["name"] ?? value["toolName"];
  if (typeof name === "string") return name;
  const member = inner.map((key) => value[key]).find(isJsonObject);
  return member ? nameOf(member) : null;
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}
