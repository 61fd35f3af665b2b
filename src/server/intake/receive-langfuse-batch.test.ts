import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { levelIs, makeAction, makeEvent, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createBodyBudgets } from "../body-budgets";
import { createEventReader } from "@/server/event-reader/event-reader";
import { createRateLimiter } from "../rate-limit";
import { createExecutions } from "../services/action-creation/create-executions";
import type { BatchEvent } from "@/server/services/batch-event";
import { readStampedEvent } from "../services/read-stamped-event";
import type { StampedEvent } from "../services/redact-and-stamp-events";
import { createTriggerCache, type TriggerCache } from "../services/matching/trigger-cache";
import type { IntakeRuntime } from "./intake-steps";
import { answerLangfuseMedia, answerLangfuseProjects } from "./langfuse-answers";
import { receiveLangfuseBatch } from "./receive-langfuse-batch";

const { ctx } = useTestContext();
const bodies = createBodyBudgets();
const eventReader = createEventReader(ctx.log);
afterAll(() => eventReader.close());
let rates: IntakeRuntime["rates"];
let cache: TriggerCache;
let projectId: string;
let key: string;
/** Events that the engine was handed and that no function has seen yet. */
let waiting: StampedEvent[] = [];

beforeAll(() => {
  rates = createRateLimiter(ctx);
});

beforeEach(async () => {
  cache = createTriggerCache();
  waiting = [];
  projectId = (await makeProject(ctx)).id;
  key = await makeEventKey(ctx, projectId);
});

const runtime = (change: Partial<IntakeRuntime> = {}): IntakeRuntime => ({
  ...{ context: ctx, stampKey: "stamp key", bodies, rates, isPaceLow: null, overload: () => null, eventReader },
  forward: async (events) => {
    waiting.push(...events);
    return { status: 200, body: { ids: [], status: 200 } };
  },
  ...change,
});

const requestOf = (body: unknown, headers: Record<string, string> = {}): Request =>
  new Request("http://localhost/api/public/ingestion", {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`pk:${key}`).toString("base64")}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

async function post(batch: unknown, headers: Record<string, string> = {}, change: Partial<IntakeRuntime> = {}) {
  const response = await receiveLangfuseBatch(runtime(change), requestOf(batch, headers));
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await response.json() };
}

const opened = (events: StampedEvent[]): ReturnType<typeof readStampedEvent>[] =>
  events.map((event) =>
    readStampedEvent({
      ...{ id: "", name: event.name, ts: event.ts, data: JSON.parse(event.json) as Record<string, unknown> },
      ...{ stampKey: "stamp key", trustEvents: false, batch: { receivedMicros: 0, place: 0 } },
    }),
  );

/** Matches all waiting events in one batch, as the function for them would. */
async function match(): Promise<void> {
  const events = opened(waiting.splice(0)).map(({ event }): BatchEvent => event);
  await createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
}

const at = (ms: number): string => new Date(ctx.now().getTime() + ms).toISOString();
const event = (type: string, body: object, ms: number): object => ({
  ...{ id: `evt-${type}-${ms}`, type, body, timestamp: at(ms) },
});
const stored = async (id: string) => {
  const row = await ctx.db.observation.findFirst({ where: { projectId, id } });
  return row && (JSON.parse(row.state!) as { observation: Record<string, unknown> }).observation;
};

const create = () => event("generation-create", { id: "g1", traceId: "t1", name: "chat", startTime: at(0) }, 0);
const update = () => event("generation-update", { id: "g1", level: "ERROR", usageDetails: { input: 5 } }, 500);

describe("Langfuse's batch endpoint", () => {
  it("86: a create and its update are two states of one observation, and fire once", async () => {
    const action = await makeAction(ctx, projectId, "https://example.com/hook");
    await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("ERROR") });
    expect(await post({ batch: [update(), create()] })).toMatchObject({
      ...{ status: 207, body: { successes: [{ status: 201 }, { status: 201 }], errors: [] } },
    });
    await match();
    expect(await stored("g1")).toMatchObject({
      ...{ name: "chat", type: "GENERATION", level: "ERROR", usageDetails: { input: 5 }, traceId: "t1" },
      ingestion: { protocol: "langfuse" },
    });
    expect(await ctx.db.observationRevision.count({ where: { projectId } })).toBe(2);
    expect(await ctx.db.actionExecution.count({ where: { projectId } })).toBe(1);
  });

  it("an event of 5 MB is cut to the size of an event, and so are the joined patches of an observation", async () => {
    const eventMax = 3 * 1024 * 1024;
    await post({ batch: [event("generation-create", { id: "g1", output: "y".repeat(5_000_000) }, 0)] });
    expect(waiting.map(({ json }) => json.length < eventMax)).toEqual([true]);
    await match();
    expect((await stored("g1"))!["output"]).toMatch(/^y{262144}…\[cut by Trigger System: 5,000,000 characters\]$/);
    for (let n = 1; n <= 6; n += 1) {
      const metadata = { [`part ${n}`]: "x".repeat(1_000_000), last: n };
      await post({ batch: [event("generation-update", { id: "g1", metadata }, n)] });
      await match();
    }
    const row = await ctx.db.observation.findFirstOrThrow({ where: { projectId, id: "g1" } });
    expect(row.state!.length).toBeLessThan(eventMax);
    const { metadata } = (await stored("g1")) as { metadata: Record<string, unknown> };
    expect(metadata["last"]).toBe(6);
    expect(Object.keys(metadata)).toHaveLength(7);
    expect(await ctx.db.rejectedEvent.count({ where: { projectId } })).toBe(0);
  });

  it("a rejected event of 10 MB is kept with its reason, and takes no more room than another event", async () => {
    const body = { id: "g1", level: "loud", output: "y".repeat(5_000_000), tags: "x".repeat(5_000_000) };
    await post({ batch: [event("generation-create", body, 0)] });
    expect(waiting.map(({ json }) => json.length < 3 * 1024 * 1024)).toEqual([true]);
    expect(opened(waiting)).toMatchObject([{ ok: false, reason: expect.stringContaining("body.level") }]);
  });

  it("87: an update that comes before its create, in a request of its own, leads to the same state", async () => {
    await post({ batch: [update()] });
    await match();
    expect(await stored("g1")).toMatchObject({ type: "GENERATION", level: "ERROR", traceId: "g1" });
    await post({ batch: [create()] });
    await match();
    const late = await stored("g1");
    const other = (await makeProject(ctx)).id;
    await post({ batch: [create(), update()] });
    const events = opened(waiting.splice(0)).map(({ event: one }): BatchEvent => one);
    await createExecutions(ctx, cache, { projectId: other, eventSource: "observation.created", events });
    const row = await ctx.db.observation.findFirst({ where: { projectId: other, id: "g1" } });
    expect((JSON.parse(row!.state!) as { observation: object }).observation).toEqual(late);
  });

  it("a batch that is sent again changes nothing and counts nothing", async () => {
    const batch = { batch: [create(), update()] };
    await post(batch);
    await match();
    const [state, revisions] = [await stored("g1"), await ctx.db.observationRevision.count({ where: { projectId } })];
    expect((await post(batch)).status).toBe(207);
    await match();
    expect(await stored("g1")).toEqual(state);
    expect(await ctx.db.observationRevision.count({ where: { projectId } })).toBe(revisions);
  });

  it("trace fields of the request reach its observations", async () => {
    await post({
      batch: [create(), event("trace-create", { id: "t1", name: "checkout", userId: "u", tags: ["a"] }, 1)],
    });
    await match();
    expect(await stored("g1")).toMatchObject({ traceName: "checkout", userId: "u", tags: ["a"] });
  });

  it("a whole state replaces what patches made, and later patches go on from it", async () => {
    await post({ batch: [create()] });
    await match();
    const whole = makeEvent(ctx, { id: "g1", name: "whole", updatedAt: at(10) }, { ts: ctx.now().getTime() + 1 });
    await createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events: [whole] });
    await post({ batch: [update()] });
    await match();
    expect(await stored("g1")).toMatchObject({ name: "whole", level: "ERROR" });
  });

  it("88 and 89: a bad event is reported and kept as rejected; langfuse-js is told 201 for the event", async () => {
    const batch = { batch: [event("span-create", { id: null }, 1), event("span-create", { id: "s1" }, 2)] };
    const { body } = await post(batch);
    expect(body).toMatchObject({
      successes: [{ id: "evt-span-create-2" }],
      errors: [{ id: "evt-span-create-1", status: 400 }],
    });
    const js = await post(batch, { "x-langfuse-sdk-name": "langfuse-js" });
    expect(js.body).toMatchObject({ successes: [{ status: 201 }, { status: 201 }], errors: [] });
    expect(opened(waiting).filter((one) => !one.ok)).toMatchObject([
      { projectId, reason: expect.stringContaining("body.id is missing") },
      { projectId, reason: expect.stringContaining("body.id is missing") },
    ]);
  });

  it("a batch of more than a megabyte has the same answer and the same events as a small one", async () => {
    const batchOf = (input: string) => [
      event("generation-create", { id: "g1", traceId: "t1", name: "chat", startTime: at(0), input }, 0),
      event("generation-update", { id: "g1", level: "ERROR", metadata: { digits: 1 } }, 500),
      event("span-create", { id: "s1", level: "error" }, 1),
      event("score-create", { traceId: "t1", name: "quality", value: 1 }, 2),
      event("trace-create", { id: "t1", userId: "u-1" }, 3),
      event("trace-create", { id: "t2", userId: "u-2" }, 4),
      "no event",
    ];
    const sent = async (input: string) => {
      const text = JSON.stringify({ batch: batchOf(input) }).replace('"digits":1', '"digits":9223372036854775807');
      const answer = await post(text);
      return { answer, events: opened(waiting.splice(0)) };
    };
    const small = await sent("x");
    const large = await sent("x\u0000 ".repeat(400_000));
    expect(large.answer).toEqual(small.answer);
    expect(large.answer).toMatchObject({ status: 207, body: { errors: [{ id: "evt-span-create-1" }, { id: "" }] } });
    type Patch = { patch: { fields: { metadata?: { digits: unknown } } } };
    const digits = ({ event: one }: (typeof small.events)[number]): string =>
      String((one.patch as Patch | undefined)?.patch.fields.metadata?.digits);
    const told = (all: typeof small.events) =>
      all.map((one) => [
        one.ok ? "taken" : one.reason,
        one.event.trace?.id,
        one.event.trace?.attributes.userId,
        digits(one),
      ]);
    expect(told(large.events)).toEqual(told(small.events));
    expect(told(large.events)).toContainEqual(["taken", "g1", null, "9223372036854775807"]);
    expect(told(large.events)).toContainEqual(["taken", "t1", "u-1", "undefined"]);
    expect(large.events[0]!.event.sanitized).toBe(true);
  });

  it("nobody but the endpoint makes a patch: a sender's stamp or data does not", () => {
    const data = { projectId, patch: { id: "g1" }, stamp: { eventId: "x", isPatch: true } };
    const forged = readStampedEvent({
      ...{ id: "x", name: "observation.created", ts: 0, data, stampKey: "stamp key", trustEvents: true },
      batch: { receivedMicros: 0, place: 0 },
    });
    expect(forged.event.patch).toBeUndefined();
  });

  it("92 and 93: no batch is 400, a wrong key 401, and what passes 503", async () => {
    expect(await post({ batch: {} })).toMatchObject({ status: 400, body: { message: "Invalid request data" } });
    expect((await post("{")).status).toBe(400);
    expect((await post({ batch: [] }, { authorization: "Basic cGs6c2s=" })).status).toBe(401);
    const full = { status: 429, body: { ids: [], status: 429, error: "Full." } };
    expect(await post({ batch: [create()] }, {}, { overload: () => full })).toMatchObject({
      status: 503,
      retryAfter: "1",
    });
  });

  it.each([408, 429, 502, 504])("the engine's refusal %i is answered 503, which the SDKs repeat", async (status) => {
    const forward = async () => ({ status, body: { ids: [], status, error: "Full." } });
    expect(await post({ batch: [create()] }, {}, { forward })).toMatchObject({ status: 503, retryAfter: "1" });
  });
});

describe("what Langfuse's clients ask for besides", () => {
  it("the project of the key, and a place for media that needs no upload", async () => {
    const projects = await answerLangfuseProjects(runtime(), requestOf({}));
    expect(await projects.json()).toMatchObject({ data: [{ id: projectId }] });
    const media = await answerLangfuseMedia(runtime(), requestOf({ contentLength: 5, sha256Hash: "x" }));
    expect(media.status).toBe(200);
    expect(await media.json()).toEqual({ mediaId: expect.stringMatching(/^[\w-]{22}$/), uploadUrl: null });
    expect((await answerLangfuseProjects(runtime(), requestOf({}, { authorization: "" }))).status).toBe(401);
  });
});
