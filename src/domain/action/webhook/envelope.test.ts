import fc from "fast-check";
import { expect, test } from "vitest";
import { ENVELOPE_BYTES_MAX, buildEnvelopeText, type EnvelopeInput } from "./envelope";

const base: EnvelopeInput = {
  source: { name: "observation.created", noun: { one: "observation" } },
  apiVersion: "v1",
  timestamp: new Date("2026-01-02T03:04:05.000Z"),
  trigger: { id: "trg_1", name: "Slow" },
  executionId: "exe_1",
  url: "http://localhost:3000/projects/prj_1/executions/exe_1",
  subject: { id: "obs-1", name: "chat", input: "hi" },
};
const bytes = (text: string) => Buffer.byteLength(text, "utf8");

test("the envelope has the promised shape", () => {
  expect(JSON.parse(buildEnvelopeText(base))).toEqual({
    type: "observation.created",
    apiVersion: "v1",
    timestamp: "2026-01-02T03:04:05.000Z",
    data: {
      trigger: { id: "trg_1", name: "Slow" },
      execution: { id: "exe_1" },
      observation: base.subject,
      url: base.url,
    },
  });
});

test.each([
  ["a large input", { id: "obs-1", name: "chat", input: "x".repeat(300_000), output: "short" }],
  ["text of many bytes a character", { id: "obs-1", output: "\u{1F600}".repeat(80_000) }],
  ["one large field of its own", { id: "obs-1", note: "y".repeat(900_000) }],
  [
    "many fields",
    {
      id: "obs-1",
      ...Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field-${index}`, "some text"])),
    },
  ],
  ["deep lists", { id: "obs-1", list: Array.from({ length: 40_000 }, () => ["some text", "and more"]) }],
])("%s is shortened to fit, stays valid JSON and is marked as truncated", (_what, observation) => {
  const text = buildEnvelopeText({ ...base, subject: observation });
  expect(bytes(text)).toBeLessThanOrEqual(ENVELOPE_BYTES_MAX);
  expect(JSON.parse(text)).toMatchObject({ truncated: true, data: { observation: { id: "obs-1" } } });
});

test("nesting deeper than a recursion can follow is cut, and the other fields are sent", () => {
  let deep: unknown = "end";
  for (let level = 0; level < 3_000; level += 1) deep = [deep];
  const text = buildEnvelopeText({ ...base, subject: { id: "obs-1", deep, note: "y".repeat(300_000) } });
  expect(bytes(text)).toBeLessThanOrEqual(ENVELOPE_BYTES_MAX);
  expect(JSON.parse(text)).toMatchObject({ truncated: true, data: { observation: { id: "obs-1" } } });
});

test("an observation with names too long to shorten is sent with its ids alone, each at most 1,024 characters", () => {
  const text = buildEnvelopeText({
    ...base,
    subject: { id: "i".repeat(300_000), traceId: "trace-1", ["k".repeat(300_000)]: 1 },
  });
  expect(bytes(text)).toBeLessThanOrEqual(ENVELOPE_BYTES_MAX);
  expect(JSON.parse(text).data.observation).toEqual({ id: `${"i".repeat(1_024)}…`, traceId: "trace-1" });
});

test("a body of any observation fits the limit and parses, and is whole if it fits", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  const long = fc.tuple(word, fc.integer({ min: 0, max: 10_000 })).map(([unit, times]) => unit.repeat(times));
  fc.assert(
    fc.property(
      fc.record({
        input: long,
        output: long,
        metadata: fc.dictionary(word, long, { maxKeys: 3 }),
        note: fc.option(long),
      }),
      (fields) => {
        const observation = { id: "obs-1", ...fields };
        const text = buildEnvelopeText({ ...base, subject: observation });
        const sent = JSON.parse(text);
        const size = bytes(JSON.stringify({ ...sent, truncated: undefined, data: { ...sent.data, observation } }));
        expect(bytes(text)).toBeLessThanOrEqual(ENVELOPE_BYTES_MAX);
        expect(sent.truncated).toBe(size > ENVELOPE_BYTES_MAX ? true : undefined);
        expect(sent.data.observation.id).toBe("obs-1");
        // JSON escapes only a surrogate without its other half.
        expect(text).not.toMatch(/\\ud[89a-f]/i);
        if (!sent.truncated) expect(text).toContain(JSON.stringify(observation));
      },
    ),
    { numRuns: 30 },
  );
});

test("only the largest of input, output and metadata is left out if that is enough", () => {
  const text = buildEnvelopeText({ ...base, subject: { id: "obs-1", input: "x".repeat(300_000), output: "kept" } });
  expect(JSON.parse(text).data.observation).toEqual({ id: "obs-1", input: null, output: "kept" });
});
