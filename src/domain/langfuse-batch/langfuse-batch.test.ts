import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, differences, loadCaptures } from "../../test/captures";
import * as derived from "../event-source/observation-created/derived";
import { ObservationCreated } from "../event-source/observation-created/schema";
import { replaceUnstorableText } from "../json/unstorable-text";
import { fillObservationFromTrace } from "../event-source/observation-created/fill-from-trace";
import { mergeObservationPatch, makeObservationFromPatches, type PatchedObservation } from "./merge-patch";
import type { ObservationPatch } from "./observation-patch";
import { parseLangfuseBatch } from "./parse-batch";
import type { JsonObject } from "../json/json-kinds";

const AT = "2026-01-01T00:00:00.000Z";
const at = (ms: number): string => new Date(Date.parse(AT) + ms).toISOString();
const event = (
  type: string,
  body: unknown,
  { ms = 0, id = `evt-${type}-${ms}` }: { ms?: number; id?: string } = {},
): JsonObject => ({
  ...{ id, type, body, timestamp: at(ms) },
});
const parse = (
  batch: unknown[],
  sdkName: string | null = "langfuse-python",
): NonNullable<ReturnType<typeof parseLangfuseBatch>> => parseLangfuseBatch({ batch }, { sdkName })!;

type Store = Map<string, PatchedObservation>;

/**
 * Applies the patches of one request after the other, and fills in values of the trace, as the matching transaction
 * does.
 */
function receive(store: Store, ...requests: unknown[][]): Store {
  for (const request of requests) {
    const { patches, traces } = parse(request);
    for (const { patch } of patches) {
      const merged = mergeObservationPatch(store.get(patch.id) ?? null, patch);
      const trace = traces.get((merged.fields["traceId"] as string | undefined) ?? patch.id);
      store.set(patch.id, trace ? fillObservationFromTrace(merged, trace) : merged);
    }
  }
  return store;
}

function stateOf(store: Store, id = "g1"): ObservationCreated["observation"] {
  return ObservationCreated.parse({
    observation: replaceUnstorableText(makeObservationFromPatches(id, store.get(id)!)).value,
  }).observation;
}

const create = event("generation-create", { id: "g1", traceId: "t1", name: "chat", startTime: at(0), input: "hi" });
const update = event(
  "generation-update",
  { id: "g1", endTime: at(500), usage: { promptTokens: 5, completionTokens: 2 } },
  { ms: 500 },
);

describe("merging", () => {
  it("86 and 87: an update after its create, in one batch or two, or before it, leads to the same state", () => {
    const states = [
      receive(new Map(), [create, update]),
      receive(new Map(), [update, create]),
      receive(new Map(), [create], [update]),
      receive(new Map(), [update], [create]),
    ].map((store) => store.get("g1"));
    for (const state of states) expect(state).toEqual(states[0]);
    expect(stateOf(new Map([["g1", states[0]!]]))).toMatchObject({
      ...{ type: "GENERATION", name: "chat", traceId: "t1", input: "hi", startTime: at(0), endTime: at(500) },
      ...{ usageDetails: { input: 5, output: 2, total: 7 }, level: "DEFAULT", updatedAt: at(500) },
    });
  });

  it("an update alone is an observation of its type, in a trace of its own", () => {
    expect(stateOf(receive(new Map(), [event("span-update", { id: "g1", endTime: at(5) })]))).toMatchObject({
      ...{ type: "SPAN", traceId: "g1", environment: "default", level: "DEFAULT" },
    });
  });

  it("null and missing change nothing; level is DEFAULT only where it was never given", () => {
    const error = event("generation-update", { id: "g1", level: "ERROR", statusMessage: "boom" }, { ms: 1 });
    const later = event("generation-update", { id: "g1", level: null, statusMessage: null, output: "x" }, { ms: 2 });
    expect(stateOf(receive(new Map(), [create, error], [later]))).toMatchObject({
      ...{ level: "ERROR", statusMessage: "boom", output: "x" },
    });
  });

  it("a late older patch fills only what nobody has set", () => {
    const newer = event("generation-update", { id: "g1", model: "new" }, { ms: 20 });
    const older = event("generation-update", { id: "g1", model: "old", output: "late" }, { ms: 10 });
    expect(stateOf(receive(new Map(), [newer], [older]))).toMatchObject({
      model: "new",
      output: "late",
      updatedAt: at(20),
    });
  });

  it("type, start, trace and environment stay as first given", () => {
    const body = { id: "g1", traceId: "t2", startTime: at(9), environment: "prod" };
    expect(stateOf(receive(new Map(), [create], [event("span-update", body, { ms: 5 })]))).toMatchObject({
      ...{ type: "GENERATION", traceId: "t1", startTime: at(0), environment: "prod" },
    });
  });

  it("objects of metadata are joined in depth, other metadata replaces", () => {
    const metadata = (value: unknown, ms: number): JsonObject =>
      event("generation-update", { id: "g1", metadata: value }, { ms });
    const joined = receive(new Map(), [metadata({ a: { b: 1, c: 1 }, d: 1 }, 1)], [metadata({ a: { c: 2 } }, 2)]);
    expect(stateOf(joined).metadata).toEqual({ a: { b: 1, c: 2 }, d: 1 });
    expect(stateOf(receive(joined, [metadata("text", 3)])).metadata).toBe("text");
    expect(stateOf(receive(joined, [metadata({ late: true }, 2)])).metadata).toBe("text");
    expect(stateOf(receive(joined, [metadata({ e: 1 }, 4)])).metadata).toEqual({ e: 1 });
    const reaching = receive(new Map(), [metadata(JSON.parse('{"__proto__":{"x":1}}'), 1)]);
    expect(Object.keys(stateOf(reaching).metadata as object)).toEqual(["__proto__"]);
  });

  it("a text replaces metadata of 200,000 members", () => {
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`m${n}`, n]));
    const patches: ObservationPatch[] = [
      { id: "o", isCreate: true, timestampMs: 1, fields: { metadata: many } },
      { id: "o", isCreate: false, timestampMs: 2, fields: { metadata: "text" } },
    ];
    const state = patches.reduce<PatchedObservation | null>(mergeObservationPatch, null)!;
    expect(state.fields["metadata"]).toBe("text");
  });

  it("an end before the start is the start", () => {
    const body = { id: "g1", endTime: at(-50) };
    expect(stateOf(receive(new Map(), [create, event("generation-update", body, { ms: 1 })])).endTime).toBe(at(0));
  });

  it("a trace event of the request fills its observations; what they say themselves wins", () => {
    const trace = event("trace-create", { id: "t1", name: "checkout", userId: "u", tags: ["a"], version: "7" });
    const own = event("generation-update", { id: "g1", version: "own" }, { ms: 3 });
    expect(stateOf(receive(new Map(), [create, trace], [own]))).toMatchObject({
      ...{ traceName: "checkout", userId: "u", tags: ["a"], version: "own" },
    });
  });

  it("the latest trace event of a request counts, wherever it stands in the batch; tags are united", () => {
    const later = event("trace-create", { id: "t1", name: "later", tags: ["b"] }, { ms: 900 });
    const earlier = event("trace-create", { id: "t1", name: "earlier", userId: "u", tags: ["a"] }, { ms: 100 });
    const span = event("span-create", { id: "g1", traceId: "t1" });
    for (const batch of [
      [later, span, earlier],
      [earlier, later, span],
    ])
      expect(stateOf(receive(new Map(), batch))).toMatchObject({ traceName: "later", userId: "u", tags: ["a", "b"] });
  });

  it("patches with different times lead to one state in any order", () => {
    const patch = fc.record({
      isCreate: fc.boolean(),
      fields: fc.record(
        {
          name: fc.constantFrom("a", "b", "c"),
          type: fc.constantFrom("SPAN", "GENERATION"),
          startTime: fc.constantFrom(at(0), at(1)),
          metadata: fc.dictionary(fc.constantFrom("x", "y", "z"), fc.integer({ min: 0, max: 3 })),
          output: fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null),
        },
        { requiredKeys: [] },
      ),
    });
    const shuffled = fc.array(patch, { minLength: 1, maxLength: 6 }).chain((patches) => {
      const timed = patches.map((one, index): ObservationPatch => ({ id: "o", timestampMs: 1_000 + index, ...one }));
      return fc.tuple(fc.constant(timed), fc.shuffledSubarray(timed, { minLength: timed.length }));
    });
    const merged = (patches: readonly ObservationPatch[]): JsonObject => {
      const state = patches.reduce<PatchedObservation | null>(mergeObservationPatch, null)!;
      return makeObservationFromPatches("o", state);
    };
    fc.assert(
      fc.property(shuffled, ([inOrder, inAnyOrder]) => {
        expect(merged(inAnyOrder)).toEqual(merged(inOrder));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the answer", () => {
  it("92: a body without a batch is none", () => {
    for (const body of [null, [], {}, { batch: null }, { batch: {} }])
      expect(parseLangfuseBatch(body, { sdkName: null })).toBeNull();
  });

  it("88 and 89: a bad event is rejected alone, and told to whoever does not repeat the batch for it", () => {
    const batch = [
      event("span-create", { id: null, name: "x" }, { ms: 1, id: "no-id" }),
      event("span-create", { id: "a", level: "error" }, { ms: 2, id: "level" }),
      event("span-create", { id: "b" }, { ms: 3, id: "good" }),
    ];
    const { answer, rejected, patches } = parse(batch);
    expect(answer.successes).toEqual([{ id: "good", status: 201 }]);
    expect(answer.errors.map(({ id, status, error }) => [id, status, error])).toEqual([
      ["no-id", 400, "body.id is missing; give each observation and each trace an id"],
      ["level", 400, "body.level: must be one of DEBUG, DEFAULT, WARNING, ERROR"],
    ]);
    expect(rejected.map(({ eventId }) => eventId)).toEqual(["no-id", "level"]);
    expect(patches).toHaveLength(1);
    const hidden = parse(batch, "langfuse-js");
    expect(hidden.answer.successes.map(({ id }) => id)).toEqual(["no-id", "level", "good"]);
    expect(hidden.answer.errors).toEqual([]);
    expect(hidden.rejected).toHaveLength(2);
  });

  it("90: older usage becomes tokens and costs by kind", () => {
    const usage = { input: 3, output: 4, unit: "TOKENS", inputCost: 0.1, outputCost: 0.2, totalCost: 0.3 };
    const made = stateOf(receive(new Map(), [event("generation-create", { id: "g1", usage })]));
    expect(made).toMatchObject({
      usageDetails: { input: 3, output: 4 },
      costDetails: { input: 0.1, output: 0.2, total: 0.3 },
    });
    for (const counts of [
      { promptTokens: 5, completionTokens: 2 },
      { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    ]) {
      const state = stateOf(receive(new Map(), [event("generation-create", { id: "g1", usage: counts })]));
      expect([
        derived.deriveInputTokens(state),
        derived.deriveOutputTokens(state),
        derived.deriveTotalTokens(state),
      ]).toEqual([5, 2, 7]);
    }
  });

  it("91: a score is acknowledged and kept nowhere, and counted", () => {
    const { answer, dropped, patches } = parse([event("score-create", { value: 1 }), event("sdk-log", "x")]);
    expect(answer.successes).toHaveLength(2);
    expect([...dropped]).toEqual([
      ["score-create", 1],
      ["sdk-log", 1],
    ]);
    expect(patches).toEqual([]);
  });

  it("names the type, the time or the field that is wrong", () => {
    const reasons = parse([
      event("dataset-run-item-create", {}),
      event("constructor", {}),
      { id: "x", type: "span-create", timestamp: "soon", body: { id: "a" } },
      { type: "span-create", timestamp: AT, body: { id: "a" } },
      "text",
      event("span-create", { id: "a", name: 5 }),
      event("span-create", { id: "a", promptName: "p" }),
      event("observation-create", { id: "a", type: "span" }),
      event("trace-create", { name: "x" }),
      event("span-create", { id: "x".repeat(600) }),
    ]).rejected.map(({ reason }) => reason);
    expect(reasons).toEqual([
      'type "dataset-run-item-create" is not taken here',
      'type "constructor" is not taken here',
      "timestamp must be a date: ISO 8601 text",
      "id must be text",
      "An event must be an object with id, timestamp, type and body",
      "body.name: must be text",
      "body.promptName and body.promptVersion must come together",
      expect.stringContaining("body.type must be one of GENERATION"),
      "body.id is missing; give each observation and each trace an id",
      "body.id: must be at most 512 characters",
    ]);
  });

  it("each kind of create has its type, and a body may name another", () => {
    const types = ["event", "agent", "tool", "chain", "retriever", "evaluator", "embedding", "guardrail"];
    const made = parse(types.map((name) => event(`${name}-create`, { id: name }))).patches;
    expect(made.map(({ patch }) => patch.fields["type"])).toEqual(types.map((name) => name.toUpperCase()));
    const named = parse([
      event("observation-create", { id: "a", type: "EVENT" }),
      event("observation-update", { id: "a" }),
    ]);
    expect(named.patches.map(({ patch }) => patch.fields["type"])).toEqual(["EVENT", undefined]);
  });

  it("any JSON in the place of a batch's events throws nothing", () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const events = fc.record({
      id: fc.oneof(fc.string(), anything),
      type: fc.constantFrom("span-create", "generation-update", "observation-create", "trace-create", "score-create"),
      timestamp: fc.constant(AT),
      body: fc.oneof(
        fc.record({
          id: fc.constant("a"),
          level: anything,
          usage: anything,
          usageDetails: anything,
          metadata: anything,
        }),
        fc.dictionary(fc.constantFrom("id", "name", "startTime", "tags", "costDetails", "environment"), anything),
        anything,
      ),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(events, anything), { maxLength: 5 }), (batch) => {
        const { answer, patches } = parse(batch);
        expect(answer.successes.length + answer.errors.length).toBe(batch.length);
        for (const { patch } of patches)
          ObservationCreated.parse({
            observation: makeObservationFromPatches(patch.id, mergeObservationPatch(null, patch)),
          });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("captures of Langfuse's SDK 3", () => {
  const captures = loadCaptures().filter(({ requests }) => requests.every(({ path }) => path.endsWith("/ingestion")));

  it("are there", () => expect(captures.length).toBeGreaterThan(2));

  it.each(captures.map((capture) => [capture.file, capture] as const))(
    "%s becomes its observations",
    (_file, capture) => {
      const requests = capture.requests.map(
        (request) => (JSON.parse(new TextDecoder().decode(bodyOf(request))) as { batch: unknown[] }).batch,
      );
      const store = receive(new Map(), ...requests);
      const again = receive(new Map(store), ...requests);
      expect([...again]).toEqual([...store]);
      const problems = capture.expected.observations.flatMap((expected) =>
        differences(capture, { expected, got: stateOf(store, expected["id"] as string), derived: {} }),
      );
      expect(problems).toEqual([]);
      for (const request of requests) expect(parse(request).answer.errors).toEqual([]);
    },
  );
});
