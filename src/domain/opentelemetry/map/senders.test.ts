import { describe, expect, it } from "vitest";
import type { Observation } from "../../event-source/observation-created/schema";
import { listAvailableTools, listCalledTools } from "../../event-source/observation-created/tools";
import { isLlmSpan } from "./is-llm-span";
import { observe, observed, scopeNamed, spanOf } from "./testing";

/* Attributes that real senders write and that no capture has. */

const json = JSON.stringify;
const called = (made: unknown): string[] | null => listCalledTools(made as Observation);

describe("content", () => {
  it("a prompt's name is no message, so the messages stay the input", () => {
    const messages = [{ role: "user", parts: [{ type: "text", content: "hi" }] }];
    const made = observed({
      "gen_ai.operation.name": "chat",
      "gen_ai.prompt.name": "greeting",
      "gen_ai.input.messages": json(messages),
    });
    expect(made).toMatchObject({ input: messages, promptName: "greeting" });
  });

  it("Azure's and Semantic Kernel's events carry a whole message as JSON, with its tool calls", () => {
    const message = {
      role: "assistant",
      tool_calls: [{ type: "function", function: { name: "get_weather", arguments: "{}" } }],
    };
    const content = (value: object): object => ({
      "gen_ai.system": "az.ai.inference",
      "gen_ai.event.content": json(value),
    });
    const made = observe({
      attributes: { "gen_ai.operation.name": "chat" },
      events: [
        { name: "gen_ai.user.message", attributes: { ...content({ role: "user", content: "hi" }) } },
        { name: "gen_ai.choice", attributes: { ...content({ index: 0, finish_reason: "tool_calls", message }) } },
      ],
    })[0]!;
    expect(made.input).toMatchObject([{ role: "user", "gen_ai.event.content": { role: "user", content: "hi" } }]);
    expect(called(made)).toEqual(["get_weather"]);
  });

  it("Strands' choice holds parts in the form of Bedrock's Converse", () => {
    const parts = [{ text: "One moment." }, { toolUse: { toolUseId: "1", name: "get_weather", input: {} } }];
    const events = [{ name: "gen_ai.choice", attributes: { finish_reason: "tool_use", message: json(parts) } }];
    expect(called(observe({ events, scope: scopeNamed("strands-agents") })[0])).toEqual(["get_weather"]);
  });

  it("Genkit's request offers tools, and its answer calls one", () => {
    const message = { role: "model", content: [{ toolRequest: { name: "get_weather", ref: "1", input: {} } }] };
    const made = observed({
      "genkit:metadata:subtype": "model",
      "genkit:input": json({
        messages: [{ role: "user", content: [{ text: "hi" }] }],
        tools: [{ name: "get_weather" }],
      }),
      "genkit:output": json({ message }),
    });
    expect(made.input).toEqual([{ role: "user", content: [{ text: "hi" }] }]);
    expect(listAvailableTools(made as unknown as Observation)).toEqual(["get_weather"]);
    expect(called(made)).toEqual(["get_weather"]);
  });

  it("OpenLLMetry's first names: one attribute for each field of a message, a call and a function", () => {
    const made = observed({
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.prompt.0.role": "user",
      "gen_ai.prompt.0.content": "hi",
      "gen_ai.completion.0.role": "assistant",
      "gen_ai.completion.0.tool_calls.0.name": "get_weather",
      "gen_ai.completion.0.tool_calls.0.arguments": "{}",
      "gen_ai.usage.prompt_tokens": 4,
      "gen_ai.usage.completion_tokens": 3,
      "llm.usage.total_tokens": 7,
      "llm.request.functions.0.name": "get_weather",
      "llm.request.functions.1.name": "book",
    });
    expect(made).toMatchObject({ type: "GENERATION", inputTokens: 4, outputTokens: 3, totalTokens: 7 });
    expect(listAvailableTools(made as unknown as Observation)).toEqual(["get_weather", "book"]);
    expect(called(made)).toEqual(["get_weather"]);
    expect(called(observed({ "gen_ai.completion.0.tool_calls": json([{ name: "a" }]) }))).toEqual(["a"]);
  });
});

it.each([
  ["LiteLLM 1", { "gen_ai.cost.total_cost": 0.0342 }, 0.0342],
  ["LiteLLM 2", { "litellm.cost.total": "0.5" }, 0.5],
])("the cost of %s is read", (_name, attributes, totalCost) =>
  expect(observed(attributes)).toMatchObject({ totalCost }),
);

it.each(["2026-01-01T00:00:00Z", json("2026-01-01T00:00:00Z"), json(json("2026-01-01T00:00:00Z"))])(
  "the time of the first token as %s",
  (sent) =>
    expect(observed({ "langfuse.observation.completion_start_time": sent }).completionStartTime).toBe(
      "2026-01-01T00:00:00.000Z",
    ),
);

describe("LLM spans only", () => {
  const isKept = (name: string, scope = "lib"): boolean =>
    isLlmSpan(spanOf({ attributes: { [name]: "x" }, scope: scopeNamed(scope) }));

  it.each(["gen_ai.system", "llm.model_name", "ai.operationId", "gcp.vertex.agent.llm_request", "genkit:name"])(
    "keeps a span with %s",
    (name) => expect(isKept(name)).toBe(true),
  );

  it.each(["gcp.project_id", "gcp.client.service", "ai", "llmops", "http.route", "db.system"])(
    "leaves out a span with %s",
    (name) => expect(isKept(name)).toBe(false),
  );

  it("goes by the scope where the attributes say nothing", () => {
    for (const scope of ["langfuse-sdk", "openinference.instrumentation.openai", "@mastra/otel", "litellm"])
      expect(isKept("x", scope), scope).toBe(true);
    expect(isKept("x", "@opentelemetry/instrumentation-http")).toBe(false);
  });
});
