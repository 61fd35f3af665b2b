import { describe, expect, test } from "vitest";
import { all, condition } from "../../filter/testing";
import { compileFilter } from "../../filter/compile-filter";
import { observationCreatedSource as source } from "./index";
import type { ObservationCreated } from "./schema";

const now = new Date("2026-02-11T10:00:00.000Z");
const parse = (fields: object): ObservationCreated => source.payload.parse({ observation: { id: "obs", ...fields } });

test("the columns are those of the contract, with Langfuse's types", () => {
  const types = Object.fromEntries(source.columns.map((column) => [column.id, column.type]));
  expect(types).toEqual({
    id: "stringOptions",
    traceId: "string",
    traceName: "stringOptions",
    type: "stringOptions",
    name: "stringOptions",
    level: "stringOptions",
    statusMessage: "string",
    environment: "stringOptions",
    model: "stringOptions",
    promptName: "stringOptions",
    promptVersion: "number",
    version: "string",
    release: "string",
    userId: "string",
    sessionId: "string",
    parentObservationId: "string",
    isRootObservation: "boolean",
    tags: "arrayOptions",
    startTime: "datetime",
    endTime: "datetime",
    latency: "number",
    timeToFirstToken: "number",
    inputTokens: "number",
    outputTokens: "number",
    totalTokens: "number",
    tokensPerSecond: "number",
    inputCost: "number",
    outputCost: "number",
    totalCost: "number",
    toolNames: "arrayOptions",
    calledToolNames: "arrayOptions",
    toolCalls: "number",
    metadata: "stringObject",
    usageDetails: "numberObject",
    costDetails: "numberObject",
    modelParameters: "stringObject",
    input: "text",
    output: "text",
  });
});

test("a column that cannot be missing always has a value", () => {
  const bare = parse({});
  for (const column of source.columns.filter((one) => !one.nullable)) {
    expect(column.read(bare) ?? null, column.id).not.toBeNull();
  }
});

test("a payload without its bodies is valid, and has no value in the body columns", () => {
  const bare = source.withoutBodies(source.sample(new Date()));
  expect(source.payload.parse(bare)).toEqual(bare);
  for (const column of source.columns.filter(({ isBody }) => isBody)) expect(column.read(bare) ?? null).toBeNull();
});

test("input, output and metadata are marked as body", () => {
  const bodies = source.columns.filter((column) => column.isBody).map((column) => column.id);
  expect(bodies.sort()).toEqual(["input", "metadata", "output"]);
});

describe("the sample", () => {
  const sample = source.sample(now);

  test("is a valid payload that every column can be read from", () => {
    expect(source.payload.parse(sample)).toEqual(sample);
    const missing = source.columns.filter((column) => (column.read(sample) ?? null) === null);
    expect(missing.map((column) => column.id)).toEqual(["statusMessage"]);
  });

  test.each([
    condition("latency", "=", 2.84),
    condition("timeToFirstToken", "<", 1),
    condition("totalTokens", "=", 1496),
    condition(["usageDetails", "input"], ">", 1000),
    condition(["modelParameters", "temperature"], "<", 0.5),
    condition(["metadata", "tier"], "=", "gold"),
    condition("input", "contains", "order 1043"),
    condition(["input", "messages.1.content"], "starts with", "Where"),
    condition("calledToolNames", "any of", ["get_order"]),
    condition("toolNames", "all of", ["get_order"]),
    condition("isRootObservation", "=", false),
    condition("endTime", ">=", "2026-02-11T11:00:00+01:00"),
    condition("name", "starts with", "answer"),
    condition("model", "any of", ["gpt-4o-mini"]),
  ])("matches $column $operator $value", (one) => {
    expect(compileFilter(source, all(one)).explain(sample)).toMatchObject({ matched: true });
  });

  test("has a summary, an id, an order and links", () => {
    expect(source.sourceId(sample)).toBe("8f1c2b7d5e904a36");
    expect(source.updatedAt(sample)).toEqual(now);
    expect(source.links(sample)).toEqual({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", sessionId: "session-90a7" });
    expect(source.summary(sample)).toEqual({
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      name: "answer-question",
      environment: "production",
      userId: "user-4821",
      sessionId: "session-90a7",
      startTime: new Date("2026-02-11T09:59:57.160Z"),
      facts: {
        parentId: "1d9e6a40c2f85b73",
        type: "GENERATION",
        level: "DEFAULT",
        model: "gpt-4o-mini",
        latency: 2.84,
        totalTokens: 1496,
        totalCost: 0.0003198,
      },
    });
  });
});

test("unknown values are null in the summary, without links", () => {
  const bare = parse({ traceId: "" });
  const { environment, facts, ...rest } = source.summary(bare);
  const { level, ...others } = facts;
  expect([level, environment]).toEqual(["DEFAULT", "default"]);
  expect(new Set(Object.values({ ...rest, ...others, traceId: null }))).toEqual(new Set([null]));
  expect(source.links(bare)).toEqual({ traceId: null, sessionId: null });
  expect(source.updatedAt(bare)).toBeNull();
});

test("a long name is cut in lists, never in the middle of a character", () => {
  expect(source.summary(parse({ name: "a".repeat(499) + "😀😀" })).name).toBe("a".repeat(499) + "…");
  expect(source.summary(parse({ name: "a".repeat(500) })).name).toBe("a".repeat(500));
});

describe("the fields that an action sends", () => {
  const payload = parse({
    ours: 1,
    output: "o",
    input: "i",
    metadata: { a: 1 },
    name: null,
    type: "SPAN",
    startTime: "1970-01-01T00:00:00Z",
    endTime: "1970-01-01T00:00:01.500Z",
    usageDetails: { input: 2, output: 3 },
  });

  test("thin: id, trace, type and name", () => {
    expect(source.actionInput(payload, "thin")).toStrictEqual({ id: "obs", traceId: null, type: "SPAN", name: null });
  });

  test("standard: everything but the bodies, with derived values", () => {
    expect(source.actionInput(payload, "standard")).toStrictEqual({
      id: "obs",
      type: "SPAN",
      name: null,
      startTime: "1970-01-01T00:00:00.000Z",
      endTime: "1970-01-01T00:00:01.500Z",
      environment: "default",
      level: "DEFAULT",
      latency: 1.5,
      tokensPerSecond: 2,
      inputTokens: 2,
      outputTokens: 3,
      totalTokens: 5,
      usageDetails: { input: 2, output: 3 },
      ours: 1,
    });
  });

  test("full: everything, in a fixed order", () => {
    const shuffled = Object.fromEntries(Object.entries(payload.observation).reverse());
    const full = JSON.stringify(source.actionInput(payload, "full"));
    expect(JSON.stringify(source.actionInput({ observation: shuffled } as ObservationCreated, "full"))).toBe(full);
    expect(Object.keys(JSON.parse(full) as object).slice(-4)).toEqual(["metadata", "input", "output", "ours"]);
  });
});
