import { describe, expect, test } from "vitest";
import { LongNumber } from "../../json/long-number";
import { describePayloadError } from "../payload-error";
import { qualifyIdByTrace } from "./qualify-id-by-trace";
import { ObservationCreated } from "./schema";

const errorOf = (data: unknown): string => {
  const result = ObservationCreated.safeParse(data);
  return result.success ? "accepted" : describePayloadError(result.error);
};
const errorWith = (fields: object): string => errorOf({ observation: { id: "obs", ...fields } });
const DATE = "must be a date: ISO 8601 text or epoch milliseconds";

test("an id is enough, and Langfuse's defaults fill other fields", () => {
  expect(ObservationCreated.parse({ observation: { id: "obs" } })).toStrictEqual({
    observation: { id: "obs", environment: "default", level: "DEFAULT" },
  });
});

test("unknown fields of the observation are kept, and unknown fields beside it are dropped", () => {
  const parsed = ObservationCreated.parse({ observation: { id: "obs", ours: { a: [1] } }, projectId: "prj_1" });
  expect(parsed.observation).toMatchObject({ ours: { a: [1] } });
  expect(parsed).not.toHaveProperty("projectId");
});

test("times in any form become ISO 8601 in UTC", () => {
  const { observation } = ObservationCreated.parse({
    observation: { id: "obs", startTime: 1769862645678, endTime: "2026-01-31 12:30:45.678901", updatedAt: null },
  });
  expect(observation.startTime).toBe("2026-01-31T12:30:45.678Z");
  expect(observation.endTime).toBe("2026-01-31T12:30:45.678Z");
  expect(observation.updatedAt).toBeNull();
});

test("a parsed payload parses to itself, also after JSON", () => {
  const once = ObservationCreated.parse({
    observation: {
      zzz: 1,
      level: null,
      promptVersion: "7",
      startTime: 1769862645678,
      id: "obs",
      tags: [],
      input: null,
    },
  });
  expect(JSON.stringify(ObservationCreated.parse(JSON.parse(JSON.stringify(once))))).toBe(JSON.stringify(once));
});

test("types outside Langfuse's list and provider details in usage are accepted", () => {
  expect(errorWith({ type: "WORKFLOW" })).toBe("accepted");
  const usageDetails = { prompt_tokens: 3, prompt_tokens_details: { cached_tokens: 1 } };
  expect(errorWith({ usageDetails })).toBe("accepted");
  expect(errorWith({ input: 5, output: [], metadata: "text", name: "" })).toBe("accepted");
});

test("a field with more than 500 levels is refused", () => {
  const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
  expect(errorWith({ input: nested(500) })).toBe("accepted");
  expect(errorWith({ input: nested(501) })).toBe("observation.input: is nested deeper than 500 levels");
  expect(errorWith({ ours: nested(100_000) })).toBe("observation.ours: is nested deeper than 500 levels");
});

test("a member called __proto__ sets no prototype", () => {
  const data: unknown = JSON.parse('{"observation":{"id":"obs","__proto__":{"level":"ERROR"}}}');
  const { observation } = ObservationCreated.parse(data);
  expect(Object.getPrototypeOf(observation)).toBe(Object.prototype);
  expect(observation.level).toBe("DEFAULT");
});

describe("an error is one line that names the field", () => {
  test.each<[unknown, string]>([
    [undefined, "data: is missing"],
    [null, "data: must be an object with an observation"],
    [[], "data: must be an object with an observation"],
    [{}, "observation: is missing"],
    [{ observation: "text" }, "observation: must be an object"],
    [{ observation: {} }, "observation.id: is missing"],
    [{ observation: { id: 5 } }, "observation.id: must be text"],
    [{ observation: { id: "" } }, "observation.id: must not be empty"],
    [{ observation: { id: "a".repeat(513) } }, "observation.id: must be at most 512 characters"],
  ])("%j", (data, message) => {
    expect(errorOf(data)).toBe(message);
  });

  test.each<[object, string]>([
    [{ startTime: "soon" }, `observation.startTime: ${DATE}, not "soon"`],
    [{ startTime: 1e300 }, `observation.startTime: ${DATE}, not 1e+300`],
    [{ endTime: {} }, `observation.endTime: ${DATE}`],
    [{ level: "error" }, "observation.level: must be one of DEBUG, DEFAULT, WARNING, ERROR"],
    [{ type: "" }, "observation.type: must not be empty"],
    [{ type: "a".repeat(65) }, "observation.type: must be at most 64 characters"],
    [{ traceId: "a".repeat(513) }, "observation.traceId: must be at most 512 characters"],
    [{ name: 5 }, "observation.name: must be text"],
    [{ tags: "one" }, "observation.tags: must be a list of text"],
    [{ tags: ["one", 2] }, "observation.tags.1: must be text"],
    [{ latency: "1" }, "observation.latency: must be a finite number"],
    [{ latency: Number.POSITIVE_INFINITY }, "observation.latency: must be a finite number"],
    [{ promptVersion: "v2" }, "observation.promptVersion: must be a number"],
    [{ modelParameters: "hot" }, "observation.modelParameters: must be an object"],
    [{ usageDetails: [1] }, "observation.usageDetails: must be an object of numbers"],
    [{ usageDetails: { input: "1" } }, "observation.usageDetails.input: must be a number"],
    [{ name: 5, userId: 6, tags: 1 }, "observation.name: must be text (and 2 more problems)"],
    [{ name: 5, tags: 1 }, "observation.name: must be text (and 1 more problem)"],
  ])("%j", (fields, message) => {
    expect(errorWith(fields)).toBe(message);
  });
});

describe("a time as a number", () => {
  const fields = ["startTime", "endTime", "completionStartTime", "createdAt", "updatedAt"];
  const now = 1_796_000_000_123;
  const cases: [string, unknown][] = [
    ["seconds", 0],
    ["seconds", -1],
    ["seconds", Math.floor(now / 1e3)],
    ["seconds", now / 1e3],
    ["seconds", 99_999_999_999],
    ["microseconds", now * 1e3],
    ["microseconds", 1e14],
    ["nanoseconds", now * 1e6],
    ["nanoseconds", new LongNumber("1796000000123456789")],
  ];

  test.each(fields.flatMap((field) => cases.map(([unit, value]) => [field, unit, value] as const)))(
    "%s in %s is refused for what it is (%s)",
    (field, unit, value) => {
      const { error } = ObservationCreated.safeParse({ observation: { id: "obs", [field]: value } });
      expect(describePayloadError(error!)).toMatch(
        new RegExp(`^observation\\.${field}: .+ looks like ${unit}; times as numbers are milliseconds since 1970`),
      );
    },
  );

  test.each([1e11, now, now + 0.5, 9e13])("in milliseconds is accepted (%s)", (value) => {
    const { observation } = ObservationCreated.parse({ observation: { id: "obs", startTime: value } });
    expect(observation.startTime).toBe(new Date(value).toISOString());
  });
});

test("an id with its trace's id before it is an id that the schema reads again, however long both are", () => {
  for (const part of ["a".repeat(16), "😀".repeat(128), "字".repeat(512)]) {
    const span = { id: part, traceId: part, ingestion: { protocol: "otlp" } };
    const { unique } = qualifyIdByTrace(ObservationCreated.parse({ observation: span }))!;
    const again = ObservationCreated.parse(unique());
    expect(again.observation.id).not.toBe(part);
    expect(again.observation.traceId).toBe(part);
  }
});
