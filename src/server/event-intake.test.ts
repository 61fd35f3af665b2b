import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestContext, type TestContext } from "@/test/context";
import { createTestDatabase, type TestDatabase } from "@/test/database";
import { makeProject } from "@/test/factories";
import { sha256 } from "./crypto";
import { receiveEvents } from "./event-intake";
import { newId } from "./ids";
import { openEvent, type StampedEvent } from "./services/events";

let database: TestDatabase;
let ctx: TestContext;
let projectId: string;
const key = `tsk_${randomBytes(16).toString("hex")}`;
const stampKey = "stamp key of the test";
let forwarded: { events: StampedEvent[]; seed: string | null }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = createTestContext(database.db);
  projectId = (await makeProject(ctx)).id;
  await ctx.db.eventKey.create({ data: { id: newId("key"), projectId, name: "test", hash: sha256(key), last4: key.slice(-4) } });
});
afterAll(async () => {
  await ctx.close();
  await database.close();
});

/** Sends a body to the endpoint, whose engine only notes what it is handed. */
async function post(body: unknown, options: { key?: string; headers?: Record<string, string> } = {}) {
  forwarded = [];
  const request = new Request("http://localhost/e/key", {
    method: "POST",
    headers: { "content-type": "application/json", ...options.headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const runtime = {
    context: ctx,
    stampKey,
    forward: async (events: StampedEvent[], seed: string | null) => {
      forwarded.push({ events, seed });
      return { status: 200, body: { ids: events.map((event) => (event.data.stamp as { eventId: string }).eventId), status: 200 } };
    },
  };
  const response = await receiveEvents(runtime, request, options.key ?? key);
  return { status: response.status, body: (await response.json()) as { ids: string[]; status: number; error?: string } };
}
const event = (change: object = {}, data: object = {}) => ({ name: "observation.created", data: { observation: { id: "obs-1" }, ...data }, ...change });

describe("the event endpoint", () => {
  test("answers as Inngest's does: one id for each event, in order, and status 200", async () => {
    const one = await post(event());
    expect(one).toMatchObject({ status: 200, body: { status: 200, ids: [expect.stringMatching(/^[0-9A-Z]{26}$/)] } });
    const { body } = await post([event(), event()]);
    expect(body.ids).toHaveLength(2);
    expect(body.ids[0]! < body.ids[1]!).toBe(true);
  });

  test("gives the same ids to a repeated request", async () => {
    const headers = { "x-inngest-event-id-seed": `1700000000000,${randomBytes(10).toString("base64")}` };
    const [first, second] = [await post([event(), event()], { headers }), await post([event(), event()], { headers })];
    expect(second.body.ids).toEqual(first.body.ids);
    expect(forwarded[0]!.seed).toBe(headers["x-inngest-event-id-seed"]);
  });

  test.each([
    ["an unknown key", () => post(event(), { key: "tsk_wrong" }), 401, "not known"],
    ["a name that is no event source", () => post(event({ name: "score.created" })), 400, "observation.created"],
    ["a name between our own functions", () => post(event({ name: "action/execution.requested" })), 400, "not an event source"],
    ["a reserved name", () => post(event({ name: "inngest/function.failed" })), 400, "inngest/"],
    ["a body that is no JSON", () => post("{"), 400, "JSON"],
    ["an event that is no object", () => post([1]), 400, "object"],
    ["data that is no object", () => post(event({ data: [] })), 400, "data"],
    ["a project that is not the key's", () => post([event(), event({}, { projectId: "prj_other" })]), 400, "events[1].data.projectId"],
    ["more events than a request may have", () => post(Array.from({ length: 5_001 }, () => event())), 413, "5000"],
    ["an event over 3 MiB", () => post(event({}, { note: "x".repeat(3 * 1_048_576) })), 413, "3"],
    ["a body over 32 MiB", () => post("x".repeat(32 * 1_048_576 + 1)), 413, "32 MiB"],
    ["a chain of our own webhooks", () => post(event(), { headers: { "x-trigger-depth": "4" } }), 400, "x-trigger-depth"],
    ["an event that is nested too deeply", () => post(`{"name":"observation.created","data":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`), 400, "nested"],
  ])("refuses %s, and hands nothing on", async (_what, send, status, words) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ ids: [], status, error: expect.stringContaining(words) });
    expect(forwarded).toEqual([]);
  });

  test("a payload that is bad is accepted: it becomes a rejected event later, and takes no other down", async () => {
    expect((await post(event({ data: { observation: {} } }))).status).toBe(200);
  });

  test("stamps project and key over whatever the body says", async () => {
    await post(event({ id: "my-id" }, { projectId, stamp: { keyId: "forged" } }));
    const [stamped] = forwarded[0]!.events;
    expect(stamped).toMatchObject({ id: `${projectId}:my-id`, data: { projectId, stamp: { keyId: expect.stringMatching(/^key_/), depth: 0 } } });
  });

  test("replaces NUL and lone surrogates, and says so", async () => {
    await post('{"name":"observation.created","data":{"observation":{"id":"a","output":"x\\u0000y \\ud800 \\ud83d\\ude00"}}}');
    const [stamped] = forwarded[0]!.events;
    expect(stamped!.data).toMatchObject({ observation: { output: "x\uFFFDy \uFFFD \u{1F600}" }, stamp: { sanitized: true } });
  });
});

describe("the stamp", () => {
  const open = (stamped: StampedEvent, change: { stampKey?: string; trustEvents?: boolean; data?: object; ts?: number } = {}) =>
    openEvent({ id: "outer", name: stamped.name, ts: change.ts ?? stamped.ts, data: { ...stamped.data, ...change.data }, stampKey: change.stampKey ?? stampKey, trustEvents: change.trustEvents ?? false });

  test("opens as it was put on, also where the JSON was written anew in another order", async () => {
    await post(event());
    const [stamped] = forwarded[0]!.events;
    const reordered = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(stamped!.data).reverse()))) as Record<string, unknown>;
    expect(open({ ...stamped!, data: reordered })).toMatchObject({ ok: true, projectId, event: { id: (stamped!.data.stamp as { eventId: string }).eventId } });
  });

  test("does not open over other data, another project, time or key", async () => {
    await post(event());
    const [stamped] = forwarded[0]!.events;
    expect(open(stamped!, { data: { observation: { id: "other" } } })).toMatchObject({ ok: false, reason: expect.stringContaining("no valid stamp") });
    expect(open(stamped!, { data: { projectId: "prj_other" } })).toMatchObject({ ok: false });
    expect(open(stamped!, { ts: 1 })).toMatchObject({ ok: false });
    expect(open(stamped!, { stampKey: "another" })).toMatchObject({ ok: false });
  });

  test("is not needed where events are trusted, but then the project is", () => {
    const bare = { name: "observation.created", ts: 1, data: { observation: { id: "a" } } };
    expect(open(bare)).toMatchObject({ ok: false });
    expect(open(bare, { trustEvents: true })).toMatchObject({ ok: false, reason: expect.stringContaining("projectId is missing") });
    expect(open({ ...bare, data: { ...bare.data, projectId } }, { trustEvents: true })).toMatchObject({ ok: true, projectId });
  });
});
