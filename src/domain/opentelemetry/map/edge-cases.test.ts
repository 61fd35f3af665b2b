import { describe, expect, it } from "vitest";
import { observationCreatedSource } from "../../event-source/observation-created";
import { listCalledTools, countToolCalls } from "../../event-source/observation-created/tools";
import type { Observation } from "../../event-source/observation-created/schema";
import { compileFilter } from "../../filter/compile-filter";
import { all, condition } from "../../filter/testing";
import { observe, observed, scopeNamed, START } from "./testing";

const json = JSON.stringify;
const isMetadataAtLeast = (observation: Observation, key: string, value: number): boolean =>
  compileFilter(observationCreatedSource, all(condition(["metadata", key], ">=", value))).evaluate({ observation })
    .matched;

describe("times and level", () => {
  it("23: a span without an end ends at its start, and counts as open", () => {
    const made = observe({ endMs: null })[0]!;
    expect(made).toMatchObject({ endTime: made.startTime, latency: 0, ingestion: { isOpen: true } });
  });

  it("24: an end before the start is kept and has no latency", () => {
    const made = observe({ endMs: START - 1_000 })[0]!;
    expect(made.endTime).toBe("2025-12-31T23:59:59.000Z");
    expect(made.latency).toBeUndefined();
  });

  it("a span without times stands at its receipt, with a note", () => {
    const made = observe({ startMs: null, endMs: null })[0]!;
    expect(made.startTime).toBe("2026-01-01T00:01:00.000Z");
    expect(json(made["ingestion"])).toContain("has no times");
  });

  it("25: a status of error is an error with its message", () => {
    expect(observe({ status: { code: 2, message: "boom" } })[0]).toMatchObject({
      level: "ERROR",
      statusMessage: "boom",
    });
  });

  it("26 and 27: an exception is an error where the status is unset, not where it is ok", () => {
    const events = [
      { name: "exception", attributes: { "exception.type": "TimeoutError", "exception.message": "late" } },
    ];
    expect(observe({ events })[0]).toMatchObject({ level: "ERROR", statusMessage: "TimeoutError: late" });
    expect(observe({ events, status: { code: 1, message: "" } })[0]).toMatchObject({ level: "DEFAULT" });
    const handled = [{ name: "exception", attributes: { "exception.escaped": false } }];
    expect(observe({ events: handled })[0]).toMatchObject({ level: "DEFAULT" });
    expect(observed({ "error.type": "quota" })).toMatchObject({ level: "ERROR", statusMessage: "quota" });
  });

  it("28 and 29: a level that the application set wins over the status, in any spelling that Langfuse knows", () => {
    const status = { code: 2, message: "" };
    const level = (value: string): string => observed({ "langfuse.observation.level": value }, { status }).level;
    expect(["warn", "Critical", "loud", "INFO", " debug "].map(level)).toEqual([
      "WARNING",
      "ERROR",
      "ERROR",
      "DEFAULT",
      "DEBUG",
    ]);
  });

  it("LangSmith's failures carry a status of ok and an exception", () => {
    const events = [{ name: "exception", attributes: { "exception.message": "down" } }];
    const parts = { events, status: { code: 1, message: "" }, scope: scopeNamed("langsmith") };
    expect(observe(parts)[0]).toMatchObject({ level: "ERROR", statusMessage: "down" });
  });
});

describe("place in the trace", () => {
  it("30: environments take Langfuse's normal form", () => {
    const environment = (value: unknown): string => observed({ "langfuse.environment": value }).environment;
    expect(
      ["Production", "langfuse-prod", "my env", "langfuse_langfuse-x", "langfuse", "x".repeat(60)].map(environment),
    ).toEqual(["production", "prod", "default", "x", "default", "x".repeat(40)]);
  });

  it("31: the environment goes by the order of names, then by span before resource", () => {
    const made = observed(
      { "deployment.environment": "span" },
      { resource: { "deployment.environment.name": "resource" } },
    );
    expect(made.environment).toBe("resource");
  });

  it("a span below one that is never exported is the root where its SDK marks it", () => {
    const parent = { parentSpanId: "aaaaaaaaaaaaaaaa" };
    expect(observed({}, parent)).toMatchObject({ isRootObservation: false, parentObservationId: "aaaaaaaaaaaaaaaa" });
    for (const mark of [true, "true"])
      expect(observed({ "langfuse.internal.is_app_root": mark }, parent)["isRootObservation"]).toBe(true);
  });

  it("60: tags come as text with commas, a list, JSON of a list or one word", () => {
    const tags = (value: unknown): unknown => observed({ "langfuse.trace.tags": value }).tags;
    expect([["a, b"], [["a"]], ['["a","b"]'], ["a"], [["a", 5, "", "a"]]].map(([value]) => tags(value))).toEqual([
      ["a", "b"],
      ["a"],
      ["a", "b"],
      ["a"],
      ["a", "5"],
    ]);
    expect(tags([])).toBeUndefined();
  });

  it("61: a conversation is a session", () => {
    expect(observed({ "gen_ai.conversation.id": "c" }).sessionId).toBe("c");
    expect(observed({ "gen_ai.conversation.id": "c", "session.id": "s", "user.id": 5 })).toMatchObject({
      sessionId: "s",
      userId: "5",
    });
  });

  it("62, within one request: spans take user, session and name of their trace; their own value wins", () => {
    const root = { "user.id": "u", "session.id": "s", "langfuse.release": "r", "langfuse.environment": "prod" };
    const [child, own, , other] = observe(
      { spanId: "c", parentSpanId: "r" },
      { spanId: "o", parentSpanId: "r", attributes: { "user.id": "mine", "langfuse.trace.name": "named" } },
      { spanId: "r", name: "root", attributes: root },
      { spanId: "x", traceId: "another", name: "alone" },
    );
    const known = { sessionId: "s", traceName: "named", release: "r", environment: "prod" };
    expect(child).toMatchObject({ ...known, userId: "u" });
    expect(own).toMatchObject({ ...known, userId: "mine" });
    expect(other).toMatchObject({ traceName: "alone", environment: "default" });
    expect(other!.userId).toBeUndefined();
  });
});

describe("types", () => {
  it.each<[string, Record<string, unknown>, string, string?]>([
    [
      "32: OpenInference before the operation",
      { "gen_ai.operation.name": "chat", "openinference.span.kind": "CHAIN" },
      "CHAIN",
    ],
    ["33: a rerank", { "gen_ai.operation.name": "rerank", "gen_ai.request.model": "m" }, "RETRIEVER"],
    ["34: a tool with a model", { "gen_ai.tool.name": "search", model: "m" }, "TOOL", "search"],
    [
      "35: a wrapper of the AI SDK",
      { "ai.operationId": "ai.generateText", "ai.model.id": "m" },
      "SPAN",
      "ai.generateText",
    ],
    ["38: a step of an agent", { "gen_ai.operation.name": "agent_step", "gen_ai.usage.input_tokens": 5 }, "SPAN"],
    ["76: MLflow's JSON text", { "mlflow.spanType": '"CHAT_MODEL"' }, "GENERATION"],
    [
      "96: LangSmith's retriever",
      { "langsmith.span.kind": "retriever", "gen_ai.operation.name": "embeddings" },
      "RETRIEVER",
    ],
    ["97: LangSmith's prompt", { "langsmith.span.kind": "prompt", "gen_ai.operation.name": "chat" }, "SPAN"],
    [
      "an unknown value goes on",
      { "openinference.span.kind": "UNKNOWN", "gen_ai.operation.name": " Chat " },
      "GENERATION",
    ],
    ["Traceloop's workflow", { "traceloop.span.kind": "workflow" }, "CHAIN"],
    ["a name of a prototype", { "gen_ai.operation.name": "constructor" }, "SPAN"],
  ])("%s", (_name, attributes, type, name = "step") => expect(observed(attributes)).toMatchObject({ type, name }));

  it("36: a generation of the AI SDK under a tracer of the application", () => {
    const messages = [{ role: "user", content: "hi" }];
    const attributes = {
      "ai.operationId": "ai.generateText.doGenerate",
      "ai.telemetry.functionId": "support",
      "ai.model.id": "m",
      "ai.prompt.messages": json(messages),
      "ai.response.text": "hello",
    };
    expect(observed(attributes, { scope: scopeNamed("my-app") })).toMatchObject({
      type: "GENERATION",
      name: "support:ai.generateText.doGenerate",
      input: messages,
      output: "hello",
    });
  });

  it("generations of Langfuse's Python SDK up to 3.3.0 came as spans", () => {
    const attributes = { "langfuse.observation.type": "span", "langfuse.observation.model.name": "m" };
    const type = (version: string): unknown =>
      observed(attributes, {
        scope: scopeNamed("langfuse-sdk", version),
        resource: { "telemetry.sdk.language": "python" },
      }).type;
    expect(["3.3.0", "3.2.9", "2.60.10", "3.3.1", "3.10.0", "4.0.0", "x"].map(type)).toEqual([
      ...["GENERATION", "GENERATION", "GENERATION"],
      ...["SPAN", "SPAN", "SPAN", "SPAN"],
    ]);
  });
});

describe("model, prompt and first token", () => {
  it("54: the model that answered, and both in metadata", () => {
    const made = observed({ "gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024-08-06" });
    expect(made.model).toBe("gpt-4o-2024-08-06");
    expect(made.metadata).toMatchObject({ requestModel: "gpt-4o", responseModel: "gpt-4o-2024-08-06" });
  });

  it("55 and 56: a prompt belongs to a generation; a version that is no number goes to metadata", () => {
    const prompt = { "langfuse.observation.prompt.name": "greeting", "langfuse.observation.prompt.version": "7" };
    const generation = { ...prompt, "langfuse.observation.type": "generation" };
    expect(observed({ ...prompt, "langfuse.observation.type": "tool" }).promptName).toBeUndefined();
    expect(observed(generation)).toMatchObject({ promptName: "greeting", promptVersion: 7 });
    const named = observed({ ...generation, "langfuse.observation.prompt.version": "v7" });
    expect(named).toMatchObject({ metadata: { promptVersion: "v7" } });
    expect(named.promptVersion).toBeUndefined();
  });

  it("57 to 59: the first token from a date in quotes, from milliseconds and from seconds", () => {
    const at = (attributes: Record<string, unknown>): unknown => observed(attributes).completionStartTime;
    expect(at({ "langfuse.observation.completion_start_time": '"2026-01-01T00:00:00Z"' })).toBe(
      "2026-01-01T00:00:00.000Z",
    );
    expect(at({ "ai.response.msToFirstChunk": 120.4 })).toBe("2026-01-01T00:00:00.121Z");
    expect(observed({ "gen_ai.response.time_to_first_chunk": 0.5 }).timeToFirstToken).toBe(0.5);
    expect(at({ "langfuse.observation.completion_start_time": "soon" })).toBeUndefined();
  });

  it("parameters keep JSON, from the first convention that has any", () => {
    expect(
      observed({ "gen_ai.request.temperature": 0.2, "gen_ai.request.stop_sequences": ["a"] }).modelParameters,
    ).toEqual({
      temperature: 0.2,
      stop_sequences: ["a"],
    });
    expect(observed({ "llm.invocation_parameters": '{"top_p":1}', "gen_ai.request.seed": 1 }).modelParameters).toEqual({
      top_p: 1,
    });
  });
});

describe("input and output", () => {
  const messages = [{ role: "user", parts: [{ type: "text", content: "hi" }] }];

  it("63 and 64: the system's instructions come first, unless a system message is there", () => {
    const instructions = json([
      { type: "text", content: "be" },
      { type: "text", content: "brief" },
    ]);
    const input = (given: unknown): unknown =>
      observed({ "gen_ai.input.messages": json(given), "gen_ai.system_instructions": instructions }).input;
    expect(input(messages)).toEqual([{ role: "system", content: "be\nbrief" }, ...messages]);
    const own = [{ role: "system", content: "mine" }, ...messages];
    expect(input(own)).toEqual(own);
  });

  it("65: one event for each message, and the choice as output", () => {
    const made = observe({
      events: [
        { name: "gen_ai.user.message", attributes: { content: "hi" } },
        { name: "gen_ai.choice", attributes: { index: 0, message: '{"role":"assistant","content":"hello"}' } },
      ],
    })[0]!;
    expect(made.input).toEqual([{ role: "user", content: "hi" }]);
    expect(made.output).toEqual({ index: 0, message: { role: "assistant", content: "hello" } });
  });

  it("66: the event with the details wins over attributes", () => {
    const made = observed(
      { "gen_ai.output.messages": '[{"role":"attribute"}]' },
      {
        events: [
          {
            name: "gen_ai.client.inference.operation.details",
            attributes: { "gen_ai.output.messages": '[{"role":"event"}]' },
          },
        ],
      },
    );
    expect(made.output).toEqual([{ role: "event" }]);
  });

  it("67 and 68: dotted names become a list in their order; an index beyond reason is ignored", () => {
    const made = observed({
      "llm.input_messages.1.message.content": "b",
      "llm.input_messages.0.message.content": "a",
      "llm.input_messages.99999999.message.content": "c",
    });
    expect(made.input).toEqual([{ message: { content: "a" } }, { message: { content: "b" } }]);
    expect(made.metadata).toMatchObject({ attributes: { "llm.input_messages.99999999.message.content": "c" } });
  });

  it("69: names that reach for a prototype build nothing", () => {
    const made = observed({ "gen_ai.prompt.0.__proto__.x": "bad", "gen_ai.prompt.0.content": "good" });
    expect(made.input).toEqual([{ content: "good" }]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("70: a side that one convention leaves out is filled by another", () => {
    expect(observed({ "input.value": "question", "gen_ai.output.messages": json(messages) })).toMatchObject({
      input: "question",
      output: messages,
    });
    const both = { "input.value": "a", "output.value": "b", "gen_ai.output.messages": json(messages) };
    expect(observed(both)).toMatchObject({ input: "a", output: "b" });
  });

  it("71 and 72: called tools in OpenTelemetry's and in Anthropic's form", () => {
    const calls = (attributes: Record<string, unknown>): unknown[] => {
      const made = observed(attributes) as unknown as Observation;
      return [listCalledTools(made), countToolCalls(made)];
    };
    const parts = [{ type: "tool_call", id: "1", name: "get_weather", arguments: {} }];
    const message = { role: "assistant", parts };
    // The messages come as the JSON of a list, and as a list of JSON texts.
    for (const sent of [json([message]), [json(message)]])
      expect(calls({ "gen_ai.output.messages": sent })).toEqual([["get_weather"], 1]);
    const content = [
      { type: "text", text: "x" },
      { type: "tool_use", name: "get_weather", input: {} },
    ];
    expect(calls({ "output.value": json({ role: "assistant", content }) })).toEqual([["get_weather"], 1]);
  });

  it("73: LiveKit's content under its old and its new name", () => {
    for (const name of ["lk.chat_ctx", "lk.pii.chat_ctx"])
      expect(observed({ [name]: '{"items":[1]}' }).input).toEqual({ items: [1] });
  });

  it("75: an empty object of Google's ADK stands for none", () => {
    const attributes = { "gcp.vertex.agent.llm_request": "{}", "gcp.vertex.agent.tool_call_args": '{"city":"Paris"}' };
    expect(observed(attributes).input).toEqual({ city: "Paris" });
  });

  it("an empty input is a value where nothing says more", () => {
    expect(observed({ "input.value": "{}" }).input).toEqual({});
    expect(observed({ "langfuse.observation.output": "" }).output).toBe("");
  });
});

describe("metadata", () => {
  it("77 and 78: an object is joined with single names, a list keeps the name metadata", () => {
    const attributes = { "langfuse.observation.metadata": '{"a":{"b":1}}', "langfuse.observation.metadata.c": "42" };
    const made = observed(attributes);
    expect(made.metadata).toMatchObject({ a: { b: 1 }, c: "42" });
    expect([41, 42, 43].map((value) => isMetadataAtLeast(made, "c", value))).toEqual([true, true, false]);
    expect(observed({ "langfuse.observation.metadata": "[1,2]" }).metadata).toMatchObject({ metadata: [1, 2] });
  });

  it("what no field holds stands under attributes; what became input does not stand there again", () => {
    const made = observed({ "input.value": "x", "http.route": "/chat" }, { resource: { "service.name": "shop" } });
    expect(made.metadata).toMatchObject({
      attributes: { "http.route": "/chat" },
      resourceAttributes: { "service.name": "shop" },
      scope: { name: "lib" },
    });
    expect(json(made.metadata)).not.toContain("input.value");
  });

  it("metadata of the application wins over names of ours", () => {
    expect(observed({ "langfuse.observation.metadata.scope": "mine" }).metadata).toMatchObject({ scope: "mine" });
  });
});

describe("size", () => {
  it("80: a span of 12 MB is cut and still one event", () => {
    const made = observed({ "input.value": "x".repeat(12_000_000), "output.value": "short", note: "kept" });
    expect(json(made).length).toBeLessThan(3 * 1024 * 1024);
    expect(made.input).toMatch(/^x{262144}…\[cut by Trigger System: 12,000,000 characters\]$/);
    expect(made.output).toBe("short");
  });

  it("many long attributes, long names and long objects are cut too", () => {
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`a${at}`, "y".repeat(4_000)]));
    expect(json(observed(many)).length).toBeLessThan(3 * 1024 * 1024);
    expect(json(observe({ name: "n".repeat(5_000_000) })[0]).length).toBeLessThan(3 * 1024 * 1024);
    const list = json(Array.from({ length: 400_000 }, () => "\u0001\u0001"));
    expect(json(observed({ "input.value": list })).length).toBeLessThan(3 * 1024 * 1024);
  });

  it("JSON in text that is nested too deeply, or holds a number that nothing holds, stays text", () => {
    const deep = `${"[".repeat(499)}1${"]".repeat(499)}`;
    for (const text of [deep, '{"a":1e400}', `{"a":${"9".repeat(400)}}`, "[".repeat(5_000)])
      expect(() => observed({ "input.value": text, "langfuse.observation.metadata": text })).not.toThrow();
    expect(observed({ "input.value": '{"a":1e400}' }).input).toBe('{"a":1e400}');
  });
});
