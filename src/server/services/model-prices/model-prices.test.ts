import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { getObservation } from "../observations/get-observation";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";
import { previewTrigger } from "../triggers/preview-trigger";
import { findBuiltInPrice, PRICE_LIST_PACKAGE, BUILT_IN_PRICE_LIST_LABEL } from "./built-in-prices";
import { createModelPrice } from "./create-model-price";
import { removeModelPrice } from "./remove-model-price";
import { updateModelPrice } from "./update-model-price";
import { listModelPrices } from "./list-model-prices";

const { ctx, receiver } = useTestContext();
let cache: TriggerCache;
let project: ProjectContext;

beforeEach(async () => {
  cache = createTriggerCache();
  project = makeSystemProjectContext(ctx, (await makeProject(ctx)).id);
});

const send = (observation: { id: string; [field: string]: unknown }, to = project) =>
  createExecutions(ctx, cache, {
    projectId: to.projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, observation)],
  });
const call = (id: string, change: object = {}) => ({
  ...{ id, type: "GENERATION", model: "gpt-4o", startTime: "2026-11-29T10:00:00Z" },
  ...{ usageDetails: { input: 1_000, output: 1_000 } },
  ...change,
});
const costOf = async (id: string, of = project) =>
  (await ctx.db.observation.findFirstOrThrow({ where: { projectId: of.projectId, id } })).totalCost;
const costAbove = (value: number): Filter => ({
  type: "group",
  match: "all",
  children: [{ type: "condition", column: "totalCost", operator: ">", value }],
});

test("the built-in list is the package that is installed", () => {
  const manifest = JSON.parse(
    readFileSync(`node_modules/${PRICE_LIST_PACKAGE.package}/package.json`, "utf8"),
  ) as object;
  expect(manifest).toMatchObject({ version: PRICE_LIST_PACKAGE.version, license: "MIT" });
});

test.each([
  ["gpt-4o-2024-08-06", null, "openai/gpt-4o"],
  ["openai/gpt-4o", null, "openai/gpt-4o"],
  ["gpt-4o", "azure_openai", "azure/gpt-4o"],
  ["text-embedding-3-small", null, "openai/text-embedding-3-small"],
  ["models/gemini-2.0-flash", null, "google/gemini-2.0-flash"],
  ["us.anthropic.claude-3-5-sonnet-20241022-v2:0", null, "aws/regional.anthropic.claude-3-5-sonnet-20241022-v2:0"],
  ["llama-3.3-70b-versatile", "groq", "groq/llama-3.3-70b-versatile"],
  ["openai:gpt-4o", null, "openai/gpt-4o"],
  ["anthropic:claude-3-5-sonnet-latest", null, "anthropic/claude-3-5-sonnet"],
  ["azure/eu/gpt-4o-2024-08-06", null, "azure/gpt-4o"],
  [
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
    null,
    "aws/regional.anthropic.claude-3-5-sonnet-20241022-v2:0",
  ],
  ["accounts/fireworks/models/gpt-oss-120b", null, "fireworks/gpt-oss-120b"],
  ["fireworks_ai/accounts/fireworks/models/gpt-oss-120b", null, "fireworks/gpt-oss-120b"],
  ["fireworks_ai/gpt-oss-120b", null, "fireworks/gpt-oss-120b"],
  ["gpt-oss-120b", "fireworks-ai", "fireworks/gpt-oss-120b"],
  ["meta-llama/Llama-3.3-70B-Instruct-Turbo", "togetherai.chat", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"],
  ["azure_ai/Phi-4", null, "azure/phi-4"],
  ["sonar-pro", null, "perplexity/sonar-pro"],
  ["us.meta.llama4-maverick-17b-instruct-v1:0", null, "aws/meta.llama4-maverick-17b-instruct-v1:0"],
  ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", null, "aws/amazon.nova-lite-v1:0"],
  ["bedrock/us-east-1/amazon.nova-lite-v1:0", null, "aws/amazon.nova-lite-v1:0"],
  ["claude-sonnet-4@20250514", null, "anthropic/claude-sonnet-4-0"],
  ["vertex_ai/gemini-2.0-flash-001", null, "google/gemini-2.0-flash"],
  ["publishers/google/models/gemini-2.0-flash", null, "google/gemini-2.0-flash"],
  ["openrouter/openai/gpt-4o", null, "openrouter/openai/gpt-4o"],
  ["groq/llama-3.3-70b-versatile", null, "groq/llama-3.3-70b-versatile"],
  // The price list does not have these models, or only at another provider.
  ["openrouter/openai/gpt-4o:free", null, null],
  ["azure_ai/Llama-3.3-70B-Instruct", null, null],
  ["fireworks_ai/no-such-model", null, null],
  ["accounts/mine/models/llama-v3p1-8b-instruct", null, null],
  ["mistral-small-2503", null, null],
  ["llama-3.3-70b-versatile", null, null],
  ["my-model", "my-provider", null],
])("the built-in price of %s at %s is that of %s", (model, provider, expected) => {
  const found = findBuiltInPrice({ model, provider, at: ctx.now() });
  expect(found && `${found.provider}/${found.name}`).toBe(expected);
});

test("a trigger on cost fires on a computed cost, and everything says that the cost was computed", async () => {
  const { id: actionId } = await makeAction(ctx, project.projectId, receiver.url("200"));
  await makeTrigger(ctx, project.projectId, [actionId], { filter: costAbove(0.01) });
  await send(call("priced"));
  await send(call("cheap", { usageDetails: { input: 10, output: 10 } }));
  await send(call("told", { costDetails: { total: 0.001 } }));

  expect(await costOf("priced")).toBe(0.0125);
  const executions = await ctx.db.actionExecution.findMany({ where: { projectId: project.projectId } });
  expect(executions.map(({ sourceId }) => sourceId)).toEqual(["priced"]);
  expect(JSON.parse(executions[0]!.input!)).toMatchObject({
    data: {
      observation: {
        totalCost: 0.0125,
        costDetails: { input: 0.0025, output: 0.01, total: 0.0125 },
        computedCost: {
          model: "gpt-4o",
          provider: "openai",
          list: BUILT_IN_PRICE_LIST_LABEL,
          rates: { input: 2.5, output: 10 },
        },
      },
    },
  });
  const [priced, told] = [
    await getObservation(project, { observationId: "priced" }),
    await getObservation(project, { observationId: "told" }),
  ];
  expect(priced.costNote).toContain("computed from the price of gpt-4o");
  expect(told).toMatchObject({ totalCost: 0.001, costNote: null });
});

test("an own price counts from the next observation on, for its project alone, until it is removed", async () => {
  const other = makeSystemProjectContext(ctx, (await makeProject(ctx)).id);
  await send(call("before"));
  const { id } = await createModelPrice(project, { pattern: "gpt-4o", rates: { input: 1, output: 1 } });
  await send(call("own"));
  await send(call("foreign"), other);
  await updateModelPrice(project, { id, pattern: "gpt-4o", rates: { input: 2, output: 2 } });
  await send(call("changed"));
  await removeModelPrice(project, { id });
  await send(call("reset"));
  const costs = await Promise.all(["before", "own", "changed", "reset"].map((one) => costOf(one)));
  expect(costs).toEqual([0.0125, 0.002, 0.004, 0.0125]);
  expect(await costOf("foreign", other)).toBe(0.0125);
  await expect(updateModelPrice(other, { id, pattern: "x", rates: { input: 1 } })).rejects.toThrow("price");
  await expect(removeModelPrice(other, { id })).rejects.toThrow("price");
});

test("of several own prices that match, the one that became valid last counts", async () => {
  await createModelPrice(project, { pattern: "gpt-4o", rates: { input: 1 }, validFrom: new Date("2026-11-01") });
  await createModelPrice(project, { pattern: "gpt-4o", rates: { input: 3 }, validFrom: new Date("2027-01-01") });
  await createModelPrice(project, { pattern: "gpt-.*", rates: { input: 5 } });
  const usageDetails = { input: 1_000_000 };
  await send(call("november", { usageDetails }));
  await send(call("october", { usageDetails, startTime: "2026-10-01T00:00:00Z" }));
  await send(call("january", { usageDetails, startTime: "2027-01-01T00:00:00Z" }));
  expect(await Promise.all(["november", "october", "january"].map((one) => costOf(one)))).toEqual([1, 5, 3]);
});

test("people search own and built-in prices by model and provider", async () => {
  await createModelPrice(project, { pattern: "my-model", rates: { input: 1 } });
  const all = await listModelPrices(project, { search: "" });
  expect(all.found).toBeGreaterThan(1_000);
  expect(all).toMatchObject({ own: [{ pattern: "my-model", rates: { input: 1 } }], list: PRICE_LIST_PACKAGE });
  const found = await listModelPrices(project, { search: "anthropic SONNET" });
  expect(found.own).toEqual([]);
  expect(found.builtIn.length).toBeGreaterThan(0);
  expect(found.builtIn.every(({ id }) => id.includes("sonnet"))).toBe(true);
});

test("the preview counts model calls whose cost nobody knows", async () => {
  await send(call("priced"));
  await send(call("unknown", { model: "my-model" }));
  await send({ id: "span", type: "SPAN" });
  const input = { eventSource: "observation.created", samplingRate: 1, samplingBy: "source" as const, limit: 100 };
  const preview = await previewTrigger(project, { ...input, filter: costAbove(0.01) });
  expect(preview).toMatchObject({ scanned: 3, matched: 1, modelCalls: 2, withoutCost: 1 });
});
