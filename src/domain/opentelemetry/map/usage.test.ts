import { describe, expect, it } from "vitest";
import { LongNumber } from "../../json/long-number";
import { observe, observed, scopeNamed } from "./testing";

const usageOf = (attributes: Record<string, unknown>, parts = {}): unknown => observed(attributes, parts).usageDetails;
/** Makes attributes whose names begin with `gen_ai.usage.`. */
const genAi = (counts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(counts).map(([name, value]) => [`gen_ai.usage.${name}`, value]));

describe("tokens", () => {
  it("37: an agent repeats its children's sums, which are kept beside and not counted", () => {
    const counts = genAi({ input_tokens: 100, output_tokens: 20 });
    const [agent, child] = observe(
      { attributes: { ...counts, "gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m" } },
      { attributes: { ...counts, "gen_ai.operation.name": "chat" } },
    );
    expect(agent).toMatchObject({ metadata: { aggregatedUsage: { input: 100, output: 20 } } });
    expect(agent!.usageDetails).toBeUndefined();
    expect(agent!.model).toBeUndefined();
    expect(child).toMatchObject({ inputTokens: 100, outputTokens: 20 });
  });

  it.each<[string, Record<string, unknown>, Record<string, number>, Record<string, number>]>([
    [
      "39: cached tokens inside input are subtracted",
      { input_tokens: 100, "cache_read.input_tokens": 80 },
      { input: 20, input_cached_tokens: 80 },
      { inputTokens: 100 },
    ],
    [
      "40: raw numbers of Anthropic exclude caches already",
      { input_tokens: 20, "cache_read.input_tokens": 80, "cache_creation.input_tokens": 10 },
      { input: 20, input_cached_tokens: 80, input_cache_creation: 10 },
      { inputTokens: 110 },
    ],
    [
      "41: a cache that was written",
      { input_tokens: 100, "cache_write.input_tokens": 30 },
      { input: 70, input_cache_creation: 30 },
      { inputTokens: 100 },
    ],
    [
      "42: reasoning is part of the output",
      { output_tokens: 1970, "reasoning.output_tokens": 956 },
      { output: 1014, output_reasoning_tokens: 956 },
      { outputTokens: 1970 },
    ],
    [
      "43: OpenLLMetry's name of reasoning",
      { output_tokens: 1970, reasoning_tokens: 956 },
      { output: 1014, output_reasoning_tokens: 956 },
      { outputTokens: 1970 },
    ],
    [
      "44: LiveKit's text and audio are parts of the input",
      { input_tokens: 50, input_text_tokens: 30, input_audio_tokens: 20 },
      { input: 30, input_audio_tokens: 20 },
      { inputTokens: 50 },
    ],
    [
      "45: modalities are other views of the same tokens",
      { "text.input_tokens": 90, "image.input_tokens": 10, input_tokens: 100 },
      { input: 100 },
      { inputTokens: 100, totalTokens: 100 },
    ],
    ["49: a count as text", { input_tokens: "12" }, { input: 12 }, { inputTokens: 12, totalTokens: 12 }],
    [
      "caches by their time are parts of the cache that was written",
      { input_tokens: 100, "cache_creation.input_tokens": 30, "cache_creation_1h.input_tokens": 10 },
      { input: 70, input_cache_creation: 20, input_cache_creation_1h: 10 },
      { inputTokens: 100 },
    ],
  ])("%s", (_name, counts, buckets, columns) => {
    const made = observed(genAi(counts));
    expect(made.usageDetails).toMatchObject(buckets);
    expect(made).toMatchObject(columns);
  });

  it("46: OpenAI's usage loses its details from input", () => {
    const sent = {
      ...{ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      prompt_tokens_details: { cached_tokens: 4 },
    };
    const expected = { input: 6, input_cached_tokens: 4, output: 5, total: 15 };
    expect(usageOf({ "langfuse.observation.usage_details": JSON.stringify(sent) })).toEqual(expected);
  });

  it("47 and 48: usage that is no JSON goes on, JSON that is no object is none", () => {
    const other = genAi({ input_tokens: 3 });
    expect(usageOf({ "langfuse.observation.usage_details": "not json", ...other })).toMatchObject({ input: 3 });
    expect(usageOf({ "langfuse.observation.usage_details": "[1]", ...other })).toBeUndefined();
  });

  it("74: Genkit's thoughts are part of its output", () => {
    const output = JSON.stringify({ message: { role: "model" }, usage: { outputTokens: 10, thoughtsTokens: 3 } });
    const made = observed({ "genkit:output": output }, { scope: scopeNamed("genkit-tracer") });
    expect(made.usageDetails).toMatchObject({ output: 7, output_reasoning_tokens: 3 });
    expect(made.output).toEqual({ role: "model" });
  });

  it("the AI SDK's wrapper repeats the call below it; a cache and reasoning are taken off the call", () => {
    const counts = {
      ...{ "ai.usage.inputTokens": 10, "ai.usage.outputTokens": 5, "ai.usage.totalTokens": 15 },
      ...{ "ai.usage.cachedInputTokens": 2, "ai.usage.reasoningTokens": 1 },
    };
    expect(usageOf({ "ai.operationId": "ai.generateText", ...counts })).toBeUndefined();
    expect(usageOf({ "ai.operationId": "ai.generateText.doGenerate", ...counts })).toEqual({
      ...{ input: 8, output: 4, total: 15 },
      ...{ input_cached_tokens: 2, output_reasoning_tokens: 1 },
    });
  });

  it("Anthropic's details of the AI SDK", () => {
    const providerMetadata = {
      anthropic: {
        usage: {
          cache_read_input_tokens: 50,
          cache_creation_input_tokens: 30,
          cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
        },
      },
    };
    const made = usageOf({
      "ai.operationId": "ai.generateText.doGenerate",
      "gen_ai.usage.input_tokens": 100,
      "ai.response.providerMetadata": JSON.stringify(providerMetadata),
    });
    expect(made).toMatchObject({ input: 20, input_cached_tokens: 50, input_cache_creation: 0 });
    expect(made).toMatchObject({ input_cache_creation_5m: 20, input_cache_creation_1h: 10 });
  });

  it("counts that are none are left out, and a total below its parts is noted", () => {
    expect(usageOf({ "langfuse.observation.usage_details": '{"input":-1,"output":"x","a":1.6,"b":null}' })).toEqual({
      a: 2,
      total: 2,
    });
    const made = observed({ "langfuse.observation.usage_details": '{"input":5,"total":3}' });
    expect(made).toMatchObject({ totalTokens: 3, ingestion: { notes: [expect.stringContaining("total of tokens")] } });
  });
});

describe("cost", () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown> | undefined]>([
    ["50: by kind", { "langfuse.observation.cost_details": '{"input":0.1,"output":0.2}' }, { totalCost: 0.3 }],
    ["51: as text", { "gen_ai.usage.cost": "0.0042" }, { totalCost: 0.0042 }],
    [
      "52: OpenInference's",
      { "llm.cost.prompt": 0.1, "llm.cost.completion": 0.2 },
      { inputCost: 0.1, outputCost: 0.2, totalCost: 0.3 },
    ],
    ["Pydantic AI's", { "operation.cost": 0.5 }, { totalCost: 0.5 }],
    ["19: NaN is no cost", { "gen_ai.usage.cost": "NaN" }, undefined],
    ["below zero is no cost", { "gen_ai.usage.cost": -1 }, undefined],
    ["a list is no cost", { "langfuse.observation.cost_details": "[1,2]" }, undefined],
    ["Copilot's is no money", { "github.copilot.cost": 5 }, undefined],
    ["an agent repeats its children's", { "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.cost": 1 }, undefined],
  ])("%s", (_name, attributes, columns) => {
    const made = observed(attributes);
    if (columns) expect(made).toMatchObject(columns);
    else expect(made.costDetails).toBeUndefined();
  });

  it("a count and a cost beyond what a number holds do not throw", () => {
    const long = new LongNumber("9".repeat(30));
    expect(() => observed({ "gen_ai.usage.cost": long, "gen_ai.usage.input_tokens": long })).not.toThrow();
  });
});
