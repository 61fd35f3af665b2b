import { randomBytes } from "node:crypto";
import { Inngest } from "inngest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringifyJson } from "@/domain/json/long-number";
import { startDatabaseProxy } from "@/server/engine/testing-proxy";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createBodyBudgets } from "./body-budgets";
import { sha256 } from "./crypto";
import { createDatabase } from "./db/client";
import { RECEIPT_TIME_HEADER } from "./receipt-time";
import { receiveEvents, EVENT_ID_SEED_HEADER } from "./event-intake";
import type { IntakeRuntime } from "./intake/intake-steps";
import { makeEventIds } from "./engine/event-endpoint";
import { createEventReader } from "./event-reader/event-reader";
import type { SendEventsReply } from "./engine-reply";
import { newId } from "./ids";
import { createRateLimiter } from "./rate-limit";
import { readStampedEvent } from "./services/read-stamped-event";
import type { StampedEvent } from "./services/redact-and-stamp-events";

const { ctx, database } = useTestContext();
let projectId: string;
const key = `tsk_${randomBytes(16).toString("hex")}`;
const stampKey = "stamp key of the test";
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let rates: IntakeRuntime["rates"];
const bodies = createBodyBudgets();
/** A stamped event as a function reads it. */
type Noted = { name: string; ts: number; data: Record<string, unknown> };
const noted = ({ name, ts, json }: StampedEvent): Noted => ({ name, ts, data: JSON.parse(json) as Noted["data"] });
const eventReader = createEventReader(ctx.log);
let forwarded: { events: Noted[]; seed: string | null }[] = [];

beforeAll(async () => {
  rates = createRateLimiter(ctx);
  projectId = (await makeProject(ctx)).id;
  await ctx.db.eventKey.create({
    data: { id: newId("key"), projectId, name: "test", hash: sha256(key), last4: key.slice(-4) },
  });
});

afterAll(() => eventReader.close());

type PostOptions = {
  key?: string;
  headers?: Record<string, string>;
  runtime?: Partial<IntakeRuntime>;
  answerWithinMs?: number;
};

const isText = (body: unknown): body is string | Buffer<ArrayBuffer> =>
  typeof body === "string" || Buffer.isBuffer(body);

/** Sends a body to the endpoint, with an engine that only records its events. */
async function post(body: unknown, { key: sentKey = key, headers = {}, runtime = {}, ...options }: PostOptions = {}) {
  forwarded = [];
  const request = new Request("http://localhost/e/key", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: isText(body) ? body : JSON.stringify(body) }),
  });
  const whole: Parameters<typeof receiveEvents>[0] = {
    context: ctx,
    stampKey,
    bodies,
    rates,
    isPaceLow: null,
    eventReader,
    overload: () => null,
    forward: async (stamped, seed) => {
      const events = stamped.map(noted);
      forwarded.push({ events, seed });
      return {
        status: 200,
        body: { ids: events.map((event) => (event.data.stamp as { eventId: string }).eventId), status: 200 },
      };
    },
    ...runtime,
  };
  const response = await receiveEvents(whole, request, { key: sentKey, ...options });
  const retryAfter = response.headers.get("retry-after");
  return {
    status: response.status,
    retryAfter,
    body: (await response.json()) as { ids: string[]; status: number; error?: string },
  };
}
const event = (change: object = {}, data: object = {}) => ({
  name: "observation.created",
  data: { observation: { id: "obs-1" }, ...data },
  ...change,
});

describe("the event endpoint", () => {
  test("answers as Inngest's does: one id for each event, in order, and status 200", async () => {
    const one = await post(event());
    expect(one).toMatchObject({ status: 200, body: { status: 200, ids: [expect.stringMatching(/^[0-9A-Z]{26}$/)] } });
    const { body } = await post([event(), event()]);
    expect(body.ids).toHaveLength(2);
    expect(body.ids[0]! < body.ids[1]!).toBe(true);
    expect((await post(event(), { headers: { "content-encoding": "identity, identity" } })).status).toBe(200);
  });

  test.each([
    ["an unknown key", () => post(event(), { key: "tsk_wrong" }), 401, "not known"],
    ["a name that is no event source", () => post(event({ name: "score.created" })), 400, "observation.created"],
    [
      "a name between our own functions",
      () => post(event({ name: "action/execution.requested" })),
      400,
      "not an event source",
    ],
    ["a reserved name", () => post(event({ name: "inngest/function.failed" })), 400, "inngest/"],
    ["a body that is no JSON", () => post("{"), 400, "JSON"],
    ["no body", () => post(undefined), 400, "empty"],
    [
      "a form",
      () => post("name=observation.created", { headers: { "content-type": "application/x-www-form-urlencoded" } }),
      400,
      "JSON",
    ],
    ["a body that is compressed", () => post(event(), { headers: { "content-encoding": "gzip" } }), 415, "gzip"],
    [
      "a body that says that it is over 32 MiB",
      () => post(event(), { headers: { "content-length": String(32 * 1_048_576 + 1) } }),
      413,
      "32 MiB",
    ],
    ["an id of more than 512 characters", () => post(event({ id: "x".repeat(513) })), 400, "id can be 512"],
    ["a name of more than 512 characters", () => post(event({ name: "x".repeat(513) })), 400, "name can be 512"],
    ["a ts before 1980", () => post(event({ ts: 1 })), 400, "ts must lie between 1980 and 2100"],
    ["an event that is no object", () => post([1]), 400, "object"],
    ["data that is no object", () => post(event({ data: [] })), 400, "data"],
    [
      "a project that is not the key's",
      () => post([event(), event({}, { projectId: "prj_other" })]),
      400,
      "events[1].data.projectId",
    ],
    ["more events than a request may have", () => post(Array.from({ length: 5_001 }, () => event())), 413, "5000"],
    ["an event over 3 MiB", () => post(event({}, { note: "x".repeat(3 * 1_048_576) })), 413, "3"],
    ["a body over 32 MiB", () => post("x".repeat(32 * 1_048_576 + 1)), 413, "32 MiB"],
    [
      "a chain of our own webhooks",
      () => post(event(), { headers: { "x-trigger-depth": "4" } }),
      400,
      "x-trigger-depth",
    ],
    [
      "an event that is nested too deeply",
      () => post(`{"name":"observation.created","data":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`),
      400,
      "nested",
    ],
  ])("refuses %s, and hands nothing on", async (_what, send, status, words) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ ids: [], status, error: expect.stringContaining(words) });
    expect(forwarded).toEqual([]);
  });

  test("takes JSON under any content type, and a ts in the future", async () => {
    const ts = Date.now() + 86_400_000;
    expect((await post(event({ ts }), { headers: { "content-type": "text/plain" } })).status).toBe(200);
    expect(forwarded[0]!.events[0]).toMatchObject({ ts });
  });

  test("an empty list is taken, and has no ids", async () => {
    expect(await post([])).toMatchObject({ status: 200, body: { ids: [], status: 200 } });
  });

  test("the real SDK takes its answers: ids in order, and an error that it throws with our words", async () => {
    const client = new Inngest({
      id: "application",
      isDev: false,
      baseUrl: "http://app.invalid/",
      eventKey: key,
      logger: silent,
      fetch: async (_url, init) => {
        const { status, body } = await post(String(init?.body), { headers: init?.headers as Record<string, string> });
        return Response.json(body, { status });
      },
    });
    const { ids } = await client.send([event(), event()]);
    expect(ids).toEqual(forwarded[0]!.events.map(({ data }) => (data.stamp as { eventId: string }).eventId));
    await expect(client.send({ name: "score.created", data: {} })).rejects.toThrow("not an event source");
  });

  test("a bad payload is accepted: it becomes a rejected event later, and harms no other event", async () => {
    expect((await post(event({ data: { observation: {} } }))).status).toBe(200);
  });

  test("stamps project and key over whatever the body says", async () => {
    await post(event({ id: "my-id" }, { projectId, stamp: { keyId: "forged" } }));
    const [stamped] = forwarded[0]!.events;
    expect(stamped).not.toHaveProperty("id");
    expect(stamped).toMatchObject({
      data: { projectId, stamp: { senderEventId: "my-id", keyId: expect.stringMatching(/^key_/), depth: 0 } },
    });
  });

  test("drops the note on how an SDK sent an observation, which only this program writes", async () => {
    const ingestion = { protocol: "otlp", isOpen: true };
    await post(event({}, { observation: { id: "a", ingestion, metadata: { ingestion } } }));
    expect(forwarded[0]!.events[0]!.data.observation).toEqual({ id: "a", metadata: { ingestion } });
  });

  test("stamps the order of receipt: the moment of the headers, then the place in the request", async () => {
    await post([event(), event()], { headers: { [RECEIPT_TIME_HEADER]: "1796000000000001" } });
    expect(forwarded[0]!.events.map(({ data }) => data.stamp)).toMatchObject([
      { receivedMicros: 1796000000000001, place: 0 },
      { receivedMicros: 1796000000000001, place: 1 },
    ]);
    await post(event());
    const { receivedMicros } = forwarded[0]!.events[0]!.data.stamp as { receivedMicros: number };
    expect(Math.abs(receivedMicros / 1_000 - Date.now())).toBeLessThan(60_000);
  });

  test("replaces NUL and lone surrogates, and marks the event", async () => {
    await post(
      '{"name":"observation.created","data":{"observation":{"id":"a","output":"x\\u0000y \\ud800 \\ud83d\\ude00"}}}',
    );
    const [stamped] = forwarded[0]!.events;
    expect(stamped!.data).toMatchObject({
      observation: { output: "x\uFFFDy \uFFFD \u{1F600}" },
      stamp: { sanitized: true },
    });
  });

  test("bytes that are not UTF-8 become U+FFFD, and their events are marked", async () => {
    const bytes = Buffer.from(
      '[{"name":"observation.created","data":{"observation":{"id":"a","output":"x\xff\xfey"}}},' +
        '{"name":"observation.created","data":{"observation":{"id":"b","output":"whole"}}}]',
      "latin1",
    );
    expect(await post(bytes)).toMatchObject({ status: 200 });
    expect(forwarded[0]!.events.map(({ data }) => data)).toMatchObject([
      { observation: { output: "x\uFFFD\uFFFDy" }, stamp: { sanitized: true } },
      { observation: { output: "whole" }, stamp: { sanitized: false } },
    ]);
    await post(event({}, { observation: { id: "c", output: "sent as \uFFFD" } }));
    expect(forwarded[0]!.events[0]!.data.stamp).toMatchObject({ sanitized: false });
  });

  test("invalid JSON is refused with the place, and no event of the request is passed on", async () => {
    const broken = '{"name":"observation.created","data":{"observation":{"id":"a","metadata":{"score":NaN}}}}';
    const text = `[${JSON.stringify(event())},\n${broken}]`;
    expect((await post(text)).body.error).toBe(
      "The body is not JSON. A value is missing before NaN (line 2, column 83, in events[1].data.observation.metadata.score).",
    );
    expect((await post('{"name":"observation.created","data":{"a":-Infinity}}')).body.error).toMatch(
      /before -Infinity \(line 1, column 43, in event\.data\.a\)/,
    );
    expect(forwarded).toEqual([]);
  });

  test.each(["data", "name", "ts", "user"])("a long number is refused as %s", async (field) => {
    const text = JSON.stringify(event({ [field]: 0 })).replace(`"${field}":0`, `"${field}":9007199254740993`);
    expect((await post(text)).status).toBe(400);
  });
});

describe("the ids of events", () => {
  const seed = { [EVENT_ID_SEED_HEADER]: `${Date.now()},${Buffer.alloc(10, 7).toString("base64")}` };
  const body = JSON.stringify([event(), event()]);
  let otherKey: string;

  beforeAll(async () => {
    otherKey = `tsk_${randomBytes(16).toString("hex")}`;
    await ctx.db.eventKey.create({
      data: {
        id: newId("key"),
        projectId: (await makeProject(ctx)).id,
        name: "other",
        hash: sha256(otherKey),
        last4: otherKey.slice(-4),
      },
    });
  });

  /** The ids of a request on the embedded engine, and the ids that an Inngest server makes of the seed. */
  async function idsOf(sent: unknown, options: PostOptions): Promise<string[]> {
    const { ids } = (await post(sent, options)).body as { ids: string[] };
    const [{ events, seed: handedOn }] = forwarded as [(typeof forwarded)[number]];
    expect(makeEventIds(events.length, handedOn, 0)).toEqual(ids);
    return ids;
  }

  test("are the same for a true repeat", async () => {
    expect(await idsOf(body, { headers: seed })).toEqual(await idsOf(body, { headers: seed }));
  });

  test("differ for the same seed with other content, in another project, and without a seed", async () => {
    const requests: [string, PostOptions][] = [
      [body, { headers: seed }],
      [JSON.stringify([event(), event()]).replace("}]", "} ]"), { headers: seed }],
      [body, { headers: seed, key: otherKey }],
      [body, {}],
      [body, {}],
      [body, { headers: { [EVENT_ID_SEED_HEADER]: "no seed" } }],
      [body, { headers: { [EVENT_ID_SEED_HEADER]: "no seed" } }],
    ];
    const ids: string[] = [];
    for (const [sent, options] of requests) ids.push(...(await idsOf(sent, options)));
    expect(new Set(ids).size).toBe(2 * requests.length);
  });
});

describe("the mark on events that run alone", () => {
  const marksOf = async (sent: unknown, isPaceLow: IntakeRuntime["isPaceLow"]) => {
    await post(sent, { runtime: { isPaceLow } });
    return forwarded[0]!.events.map(({ data }) => data.alone);
  };

  test("is on all events of a request, by the pace of its project", async () => {
    const noted: unknown[] = [];
    const pace = (isLow: boolean) => (project: string, count: number) => noted.push([project, count]) > 0 && isLow;
    expect(await marksOf([event(), event()], pace(true))).toEqual([true, true]);
    expect(await marksOf(event(), pace(false))).toEqual([undefined]);
    expect(noted).toEqual([
      [projectId, 2],
      [projectId, 1],
    ]);
  });

  test("cannot come from the sender, and is missing with the embedded engine", async () => {
    expect(await marksOf(event({}, { alone: true }), () => false)).toEqual([undefined]);
    expect(await marksOf(event({}, { alone: true }), null)).toEqual([undefined]);
    expect(await marksOf(event({}, { alone: false }), () => true)).toEqual([true]);
  });

  test("is missing on an event with a ts in the future: a server would start its run then", async () => {
    const ts = ctx.now().getTime();
    expect(await marksOf([event({ ts }), event({ ts: ts + 1 })], () => true)).toEqual([true, undefined]);
  });

  test("is covered by the stamp, also beside long numbers, and is not stored", async () => {
    const long = '{"name":"observation.created","data":{"observation":{"id":"a","metadata":{"n":9007199254740993}}}}';
    for (const sent of [event({ id: "my-id" }), long]) {
      await post(sent, { runtime: { isPaceLow: () => true } });
      const [{ name, ts, data, ...others }] = JSON.parse(JSON.stringify(forwarded[0]!.events)) as [Noted];
      expect(others).toEqual({});
      const open = (change: object) =>
        readStampedEvent({
          id: "outer",
          name,
          ts,
          data: { ...data, ...change },
          stampKey,
          trustEvents: false,
          batch: { receivedMicros: 7, place: 3 },
        });
      expect(open({})).toMatchObject({ ok: true, projectId });
      expect(open({}).event.data).not.toHaveProperty("alone");
      expect(open({ alone: undefined })).toMatchObject({ ok: false });
      expect(open({ alone: false })).toMatchObject({ ok: false });
    }
  });
});

describe("under pressure", () => {
  const overloaded: SendEventsReply = {
    status: 429,
    body: { ids: [], status: 429, error: "Too many events wait." },
    retryAfterSeconds: 7,
  };

  test("with too much work waiting the answer is 429 with Retry-After, and no event is passed on", async () => {
    expect(await post(event(), { runtime: { overload: () => overloaded } })).toMatchObject({
      status: 429,
      retryAfter: "7",
      body: overloaded.body,
    });
    expect(forwarded).toEqual([]);
    expect(await post(event(), { key: "tsk_wrong", runtime: { overload: () => overloaded } })).toMatchObject({
      status: 401,
      retryAfter: null,
    });
  });

  test("the engine's answer goes to the sender with its Retry-After", async () => {
    const full: SendEventsReply = {
      status: 503,
      body: { ids: [], status: 503, error: "The disk is full." },
      retryAfterSeconds: 30,
    };
    expect(await post(event(), { runtime: { forward: async () => full } })).toMatchObject({
      status: 503,
      retryAfter: "30",
      body: full.body,
    });
  });

  test("an unreachable database is 503 with Retry-After within seconds, until it is back", async () => {
    const proxy = await startDatabaseProxy(database.connectionString);
    const db = createDatabase(proxy.url, 2);
    const send = () => post(event(), { runtime: { context: { ...ctx, db } } });
    expect(await send()).toMatchObject({ status: 200 });
    ctx.clock.advance(5_000);
    await proxy.down();
    const since = performance.now();
    expect(await send()).toMatchObject({
      status: 503,
      retryAfter: "5",
      body: { ids: [], status: 503, error: expect.stringContaining("The database does not work right now") },
    });
    expect(performance.now() - since).toBeLessThan(30_000);
    await proxy.up();
    expect(await send()).toMatchObject({ status: 200 });
    await db.$disconnect();
    await proxy.close();
  });

  test("a database that takes connections and does not answer is 503 with Retry-After", async () => {
    const proxy = await startDatabaseProxy(database.connectionString);
    const db = createDatabase(proxy.url, 2);
    const warnings: object[] = [];
    const log = { ...silent, warn: (line: object) => warnings.push(line) } as unknown as typeof ctx.log;
    const send = (answerWithinMs: number) =>
      post(event(), { answerWithinMs, runtime: { context: { ...ctx, db, log } } });
    expect(await send(20_000)).toMatchObject({ status: 200 });
    ctx.clock.advance(5_000);
    proxy.freeze();
    expect(await send(200)).toMatchObject({
      status: 503,
      retryAfter: "5",
      body: { ids: [], error: expect.stringContaining("does not answer") },
    });
    expect(warnings).toEqual([{ err: "The database did not answer within 0.2 s." }]);
    proxy.thaw();
    ctx.clock.advance(5_000);
    expect(await send(20_000)).toMatchObject({ status: 200 });
    await db.$disconnect();
    await proxy.close();
  });

  test("a key works even if its last use cannot be written; the engine says whether it stores events", async () => {
    await database.db.$executeRawUnsafe(
      `create function fails() returns trigger language plpgsql as
       $$ begin raise exception 'no room' using errcode = '53100'; end $$`,
    );
    await database.db.$executeRawUnsafe(
      `create trigger fails before update on event_key for each statement execute function fails()`,
    );
    ctx.clock.advance(120_000);
    try {
      expect((await post(event())).status).toBe(200);
    } finally {
      await database.db.$executeRawUnsafe("drop function fails cascade");
    }
  });

  test("a key that sends far too much gets a time to come back, and other keys go on", async () => {
    const [wild, calm] = ["wild", "calm"].map((name) => `tsk_${name}_${randomBytes(16).toString("hex")}`) as [
      string,
      string,
    ];
    const other = (await makeProject(ctx)).id;
    for (const [name, of] of [
      [wild, projectId],
      [calm, other],
    ] as const) {
      await ctx.db.eventKey.create({
        data: { id: newId("key"), projectId: of, name, hash: sha256(name), last4: name.slice(-4) },
      });
    }
    const five = JSON.stringify(Array.from({ length: 5_000 }, () => ({ name: "observation.created", data: {} })));
    const forward = async (): Promise<SendEventsReply> => ({ status: 200, body: { ids: [], status: 200 } });
    let last = await post(five, { key: wild, runtime: { forward } });
    for (let sent = 1; sent < 60 && last.status === 200; sent++)
      last = await post(five, { key: wild, runtime: { forward } });
    expect(last).toMatchObject({
      status: 429,
      retryAfter: expect.stringMatching(/^[1-9]\d?$/),
      body: { ids: [], status: 429, error: expect.stringContaining("nothing of this request was accepted") },
    });
    expect((await post(event(), { key: calm })).status).toBe(200);
  });
});

describe("the stamp", () => {
  const open = (
    stamped: Noted,
    change: { stampKey?: string; trustEvents?: boolean; data?: object; ts?: number } = {},
  ) =>
    readStampedEvent({
      id: "outer",
      name: stamped.name,
      ts: change.ts ?? stamped.ts,
      data: { ...stamped.data, ...change.data },
      stampKey: change.stampKey ?? stampKey,
      batch: { receivedMicros: 7, place: 3 },
      trustEvents: change.trustEvents ?? false,
    });

  test("opens as it was written, also from JSON in another order", async () => {
    await post(event());
    const [stamped] = forwarded[0]!.events;
    const reordered = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(stamped!.data).reverse()))) as Record<
      string,
      unknown
    >;
    expect(open({ ...stamped!, data: reordered })).toMatchObject({
      ok: true,
      projectId,
      event: { id: (stamped!.data.stamp as { eventId: string }).eventId },
    });
  });

  test("keeps every digit of long numbers, also through a server that rounds numbers", async () => {
    const observation = '{"id":"a","metadata":{"testId":1983516295378495150},"output":[9054686819491029395,0.5]}';
    await post(`[{"name":"observation.created","data":{"observation":${observation}}},${JSON.stringify(event())}]`);
    const [long, plain] = forwarded[0]!.events;
    const opened = open(JSON.parse(JSON.stringify(long)) as Noted);
    expect(opened).toMatchObject({ ok: true, projectId });
    expect(stringifyJson(opened.event.data)).toBe(`{"observation":${observation},"projectId":"${projectId}"}`);
    expect(plain!.data).toMatchObject({ observation: { id: "obs-1" } });
    const forged = { ...(long!.data.stamp as object), json: '{"observation":{"id":"b"}}' };
    expect(open(long!, { data: { stamp: forged } })).toMatchObject({ ok: false });
  });

  test("does not open over other data, another project, time or key", async () => {
    await post(event());
    const [stamped] = forwarded[0]!.events;
    expect(open(stamped!, { data: { observation: { id: "other" } } })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("no valid stamp"),
    });
    expect(open(stamped!, { data: { projectId: "prj_other" } })).toMatchObject({ ok: false });
    expect(open(stamped!, { ts: 1 })).toMatchObject({ ok: false });
    expect(open(stamped!, { stampKey: "another" })).toMatchObject({ ok: false });
  });

  test("is not needed for trusted events, which must name their project", () => {
    const bare = { name: "observation.created", ts: 1, data: { observation: { id: "a" } } };
    expect(open(bare)).toMatchObject({ ok: false });
    expect(open(bare, { trustEvents: true })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("projectId is missing"),
    });
    expect(open({ ...bare, data: { ...bare.data, projectId } }, { trustEvents: true })).toMatchObject({
      ok: true,
      projectId,
      event: { receivedMicros: 7, place: 3 },
    });
  });

  test("without it an event id counts once for each content and project, so a true repeat counts once", () => {
    const idOf = (data: object, ts = 1) => {
      const stamped = { name: "observation.created", ts, data: { projectId, ...data } };
      return open(stamped, { trustEvents: true }).event.id;
    };
    const ids = [
      idOf({ observation: { id: "a" } }),
      idOf({ observation: { id: "a", name: "grown" } }),
      idOf({ observation: { id: "a" }, projectId: "prj_other" }),
      idOf({ observation: { id: "a" } }, 2),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(idOf({ observation: { id: "a" } })).toBe(ids[0]);
  });
});
