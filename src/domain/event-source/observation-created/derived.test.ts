import { describe, expect, test } from "vitest";
import * as derived from "./derived";
import { Observation } from "./schema";
import * as tools from "./tools";

const observed = (fields: object): Observation => Observation.parse({ id: "obs", ...fields });
const start = "2026-01-01T00:00:00Z";
const after = (seconds: number): number => Date.parse(start) + seconds * 1000;

type Values = Partial<Record<"latency" | "timeToFirstToken" | "tokensPerSecond", number | null>> &
  Partial<Record<"inputTokens" | "outputTokens" | "totalTokens", number | null>> &
  Partial<Record<"inputCost" | "outputCost" | "totalCost", number | null>>;

const capitalize = <Text extends string>(text: Text) =>
  (text.charAt(0).toUpperCase() + text.slice(1)) as Capitalize<Text>;

describe("times, tokens and costs", () => {
  test.each<[string, object, Values]>([
    ["seconds from start to end", { startTime: start, endTime: after(1.5) }, { latency: 1.5 }],
    ["a given latency wins", { startTime: start, endTime: after(1.5), latency: 0 }, { latency: 0 }],
    ["no end yet", { startTime: start }, { latency: null }],
    ["an end before the start is no latency", { startTime: start, endTime: after(-1) }, { latency: null }],
    ["seconds to the first token", { startTime: start, completionStartTime: after(0.2) }, { timeToFirstToken: 0.2 }],
    [
      "a given first token wins",
      { startTime: start, completionStartTime: after(1), timeToFirstToken: 3 },
      { timeToFirstToken: 3 },
    ],
    [
      "usageDetails",
      { usageDetails: { input: 10, output: 5, total: 15 } },
      { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    ],
    [
      "every kind of input and output is summed",
      { usageDetails: { input: 10, input_cached_tokens: 20, output: 5, output_reasoning_tokens: 7 } },
      { inputTokens: 30, outputTokens: 12, totalTokens: 42 },
    ],
    [
      "a name counts wherever it holds input or output, in upper or lower case",
      {
        usageDetails: {
          cache_read_input_tokens: 20,
          audioInput: 1,
          prompt_text: 2,
          reasoning_output: 4,
          OUTPUT_audio: 8,
        },
      },
      { inputTokens: 21, outputTokens: 12, totalTokens: 35 },
    ],
    [
      "costs are added as decimals, rounded to 12 places",
      { costDetails: { input: 0.1, cached_input: 0.2, output: 0.7, "output.audio": 1e-13 } },
      { inputCost: 0.3, outputCost: 0.7, totalCost: 1 },
    ],
    [
      "one part alone keeps its digits",
      { costDetails: { input: 0.1234567890123456 } },
      { inputCost: 0.1234567890123456, totalCost: 0.1234567890123456 },
    ],
    [
      "OpenAI's names",
      {
        usageDetails: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, prompt_tokens_details: { cached: 1 } },
      },
      { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    ],
    [
      "Langfuse's older usage",
      { usage: { promptTokens: 3, completionTokens: 4, unit: "TOKENS", inputCost: 0.1, outputCost: 0.25 } },
      { inputTokens: 3, outputTokens: 4, totalTokens: 7, inputCost: 0.1, outputCost: 0.25, totalCost: 0.35 },
    ],
    [
      "given totals win",
      {
        usageDetails: { input: 1, total: 3 },
        inputTokens: 10,
        totalTokens: 40,
        totalCost: 9,
        costDetails: { total: 1 },
      },
      { inputTokens: 10, totalTokens: 40, totalCost: 9 },
    ],
    ["a total of given parts", { inputTokens: 1, outputTokens: 2, inputCost: 1 }, { totalTokens: 3, totalCost: 1 }],
    [
      "costDetails",
      { costDetails: { input: 0.5, output: 0.25 } },
      { inputCost: 0.5, outputCost: 0.25, totalCost: 0.75 },
    ],
    ["zero is a value", { usageDetails: { input: 0 } }, { inputTokens: 0, outputTokens: null, totalTokens: 0 }],
    [
      "nothing known",
      {},
      { inputTokens: null, outputTokens: null, totalTokens: null, totalCost: null, tokensPerSecond: null },
    ],
    ["output tokens a second", { latency: 2, usageDetails: { output: 10 } }, { tokensPerSecond: 5 }],
    ["no speed without time", { latency: 0, usageDetails: { output: 10 } }, { tokensPerSecond: null }],
    ["a given speed wins", { latency: 2, usageDetails: { output: 10 }, tokensPerSecond: 7 }, { tokensPerSecond: 7 }],
  ])("%s", (_name, fields, values) => {
    for (const [name, value] of Object.entries(values)) {
      const actual = derived[`derive${capitalize(name as keyof Values)}`](observed(fields));
      if (value === null) expect(actual, name).toBeNull();
      else expect(actual, name).toBeCloseTo(value, 9);
    }
  });
});

test("an observation without a parent is a root", () => {
  expect(derived.isRootObservation(observed({}))).toBe(true);
  expect(derived.isRootObservation(observed({ parentObservationId: "" }))).toBe(true);
  expect(derived.isRootObservation(observed({ parentObservationId: "p" }))).toBe(false);
  expect(derived.isRootObservation(observed({ parentObservationId: "p", isRootObservation: true }))).toBe(true);
});

const call = (name: string): object => ({ id: "1", type: "function", function: { name, arguments: "{}" } });

test.each<[string, object, string[] | null]>([
  ["Langfuse's object by name", { toolDefinitions: { search: "{}", book: "{}" } }, ["search", "book"]],
  ["a list", { toolDefinitions: [{ name: "search" }, call("book"), "bare", "{broken", 5] }, ["search", "book", "bare"]],
  ["OpenAI's input", { input: { tools: [call("search"), call("search")] } }, ["search"]],
  ["an input without tools", { input: "hello" }, []],
  ["definitions before the input", { toolDefinitions: {}, input: { tools: [call("search")] } }, []],
  [
    "Google's functions of one tool",
    { toolDefinitions: [{ functionDeclarations: [{ name: "a" }, { name: "b" }] }] },
    ["a", "b"],
  ],
  ["Google's request", { input: { config: { tools: [{ function_declarations: [{ name: "a" }] }] } } }, ["a"]],
  ["a request as JSON text", { input: '{"tools":[{"name":"a"}]}' }, ["a"]],
  ["nothing to look at", {}, null],
])("available tools: %s", (_name, fields, names) => {
  expect(tools.listAvailableTools(observed(fields))).toEqual(names);
});

test.each<[string, object, string[] | null, number | null]>([
  ["Langfuse's fields", { toolCallNames: ["a", "a"], toolCalls: ["{}", "{}", "{}"] }, ["a"], 3],
  ["names alone", { toolCallNames: ["a", "b", "a"] }, ["a", "b"], 3],
  ["calls as JSON text", { toolCalls: ['{"name":"a"}'] }, ["a"], 1],
  ["a count", { toolCalls: 4, output: { tool_calls: [call("a")] } }, ["a"], 4],
  ["a message", { output: { role: "assistant", tool_calls: [call("a"), call("b")] } }, ["a", "b"], 2],
  ["a list of messages", { output: [{ tool_calls: [call("a")] }, "text", { tool_calls: [call("a")] }] }, ["a"], 2],
  ["an OpenAI response", { output: { choices: [{ message: { tool_calls: [call("a")] } }] } }, ["a"], 1],
  [
    "OpenTelemetry's parts",
    {
      output: [
        {
          role: "assistant",
          parts: [
            { type: "tool_call", name: "a" },
            { type: "server_tool_call", name: "b" },
          ],
        },
      ],
    },
    ["a", "b"],
    2,
  ],
  [
    "Anthropic's content",
    { output: { content: [{ type: "text" }, { type: "tool_use", name: "a", input: {} }] } },
    ["a"],
    1,
  ],
  ["the AI SDK's content", { output: { content: [{ type: "tool-call", toolName: "a", input: {} }] } }, ["a"], 1],
  ["the AI SDK's list of calls", { output: [{ toolCallId: "1", toolName: "a", input: "{}" }] }, ["a"], 1],
  ["Mastra's calls", { output: { text: "", toolCalls: [{ toolCallId: "1", toolName: "a" }] } }, ["a"], 1],
  [
    "Gemini's candidates",
    { output: { candidates: [{ content: { parts: [{ functionCall: { name: "a", args: {} } }] } }] } },
    ["a"],
    1,
  ],
  ["Google's ADK", { output: { content: { parts: [{ function_call: { name: "a", args: {} } }] } } }, ["a"], 1],
  ["OpenAI's response", { output: { output: [{ type: "function_call", name: "a", arguments: "{}" }] } }, ["a"], 1],
  [
    "OpenAI's older message",
    { output: { role: "assistant", function_call: { name: "a", arguments: "{}" } } },
    ["a"],
    1,
  ],
  [
    "OpenInference's message",
    { output: [{ message: { tool_calls: [{ tool_call: { function: { name: "a", arguments: "{}" } } }] } }] },
    ["a"],
    1,
  ],
  [
    "LangChain's generations, which tell a call twice",
    {
      output: {
        generations: [
          [{ message: { kwargs: { tool_calls: [{ name: "a" }], content: [{ type: "tool_use", name: "a" }] } } }],
        ],
      },
    },
    ["a"],
    1,
  ],
  ["JSON text", { output: '{"tool_calls":[{"function":{"name":"a"}}]}' }, ["a"], 1],
  ["calls as JSON in a message", { output: { role: "assistant", tool_calls: '[{"name":"a"}]' } }, ["a"], 1],
  [
    "Bedrock's Converse",
    { output: { output: { message: { content: [{ text: "x" }, { toolUse: { name: "a", input: {} } }] } } } },
    ["a"],
    1,
  ],
  [
    "results are no calls",
    { output: [{ role: "tool", content: [{ type: "tool-result", toolCallId: "1", toolName: "a" }] }] },
    [],
    0,
  ],
  ["the observation of a tool", { type: "TOOL", name: "a", output: "18 degrees" }, ["a"], 1],
  ["an output that called none", { output: "hello" }, [], 0],
  ["nothing to look at", { output: null }, null, null],
])("called tools: %s", (_name, fields, names, count) => {
  expect(tools.listCalledTools(observed(fields))).toEqual(names);
  expect(tools.countToolCalls(observed(fields))).toBe(count);
});
