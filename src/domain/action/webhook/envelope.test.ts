import { expect, test } from "vitest";
import { BODY_MAX, buildEnvelope, type EnvelopeInput } from "./envelope";

const base: EnvelopeInput = {
  source: { name: "observation.created", noun: { one: "observation" } },
  apiVersion: "v1",
  timestamp: new Date("2026-01-02T03:04:05.000Z"),
  trigger: { id: "trg_1", name: "Slow" },
  executionId: "exe_1",
  url: "http://localhost:3000/projects/prj_1/executions/exe_1",
  observation: { id: "obs-1", name: "chat", input: "hi" },
};
const bytes = (text: string) => Buffer.byteLength(text, "utf8");

test("the envelope has the promised shape", () => {
  expect(JSON.parse(buildEnvelope(base))).toEqual({
    type: "observation.created",
    apiVersion: "v1",
    timestamp: "2026-01-02T03:04:05.000Z",
    data: { trigger: { id: "trg_1", name: "Slow" }, execution: { id: "exe_1" }, observation: base.observation, url: base.url },
  });
});

test.each([
  ["a large input", { id: "obs-1", name: "chat", input: "x".repeat(300_000), output: "short" }],
  ["text of many bytes a character", { id: "obs-1", output: "\u{1F600}".repeat(80_000) }],
  ["one large field of its own", { id: "obs-1", note: "y".repeat(900_000) }],
  ["many fields", { id: "obs-1", ...Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field-${index}`, "some text"])) }],
  ["deep lists", { id: "obs-1", list: Array.from({ length: 40_000 }, () => ["some text", "and more"]) }],
])("%s is shortened to fit, stays valid JSON and says so", (_what, observation) => {
  const text = buildEnvelope({ ...base, observation });
  expect(bytes(text)).toBeLessThanOrEqual(BODY_MAX);
  expect(JSON.parse(text)).toMatchObject({ truncated: true, data: { observation: { id: "obs-1" } } });
});

test("only the largest body goes where that is enough", () => {
  const text = buildEnvelope({ ...base, observation: { id: "obs-1", input: "x".repeat(300_000), output: "kept" } });
  expect(JSON.parse(text).data.observation).toEqual({ id: "obs-1", input: null, output: "kept" });
});
