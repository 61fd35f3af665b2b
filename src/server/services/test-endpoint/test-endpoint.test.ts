import { beforeEach, describe, expect, test } from "vitest";
import { deliverAll } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { pruneChunk } from "../prune";
import { createTriggerCache } from "../matching/trigger-cache";

const { ctx } = useTestContext();
let projectId: string;
let api: ReturnType<typeof callerOf>;
let url: string;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "owner" }));
  url = (await api.testEndpoint.get({ projectId })).url;
});

const received = async () => (await api.testEndpoint.get({ projectId })).receipts;
const testOf = (target: string, from = projectId, as = api) =>
  as.action.sendTest({ projectId: from, type: "webhook", configuration: { url: target } });

async function deliverOne(change: Parameters<typeof makeAction>[3] = {}) {
  const action = await makeAction(ctx, projectId, url, change);
  await makeTrigger(ctx, projectId, [action.id]);
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "obs-1", name: "chat" })],
  });
  ctx.clock.advance(Date.now() - ctx.now().getTime());
  await deliverAll(ctx);
  return ctx.db.actionExecution.findFirstOrThrow({ where: { projectId } });
}

describe("a delivery to the test endpoint of its project", () => {
  test("is delivered, and is shown with its body and a verified signature", async () => {
    const execution = await deliverOne();
    expect(execution.status).toBe("COMPLETED");
    const [receipt, ...others] = await received();
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({ webhookId: execution.id, method: "POST", signature: "verified", isCut: false });
    expect(JSON.parse(receipt!.body!)).toMatchObject({ data: { observation: { id: "obs-1" } } });
  });

  test("shows no secret header, and no secret that a template puts into the body", async () => {
    await deliverOne({
      headers: [{ name: "routing_key", value: "0123456789abcdef0123456789abcdef", secret: true }],
      template: '{"key": "{{ secrets.routing_key }}", "id": {{ observation.id | json }}}',
    });
    const text = JSON.stringify(await received());
    expect(text).toContain("obs-1");
    expect(text).not.toContain("0123456789abcdef0123");
  });

  test("can be created and tested before it is saved, by its URL alone", async () => {
    expect(await testOf(url)).toMatchObject({ ok: true, response: { status: 200 } });
    const made = await api.action.create({ projectId, name: "Test", type: "webhook", configuration: { url } });
    expect(made.warning).toBeNull();
    expect((await received())[0]).toMatchObject({ signature: "verified" });
  });
});

describe("every other URL of the program's own origin is left to the guard", () => {
  test.each([
    ["a path below it", (own: string) => `${own}/x`],
    ["a query", (own: string) => `${own}?a=1`],
    ["another token", (own: string) => own.slice(0, -1) + (own.endsWith("0") ? "1" : "0")],
    ["another path", (own: string) => `${new URL(own).origin}/api/health`],
    ["another port", (own: string) => own.replace(":3000", ":3001")],
    ["another scheme", (own: string) => own.replace("http:", "https:")],
  ])("%s", async (_, change) => {
    await expect(testOf(change(url))).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const action = await makeAction(ctx, projectId, change(url));
    expect(await api.action.sendTest({ projectId, actionId: action.id })).toMatchObject({
      ok: false,
      response: { code: "blocked" },
    });
    expect(await received()).toEqual([]);
  });

  test("the test endpoint of another project", async () => {
    const other = (await makeProject(ctx)).id;
    const stranger = callerOf(ctx, await makeUser(ctx, { [other]: "owner" }));
    await expect(testOf(url, other, stranger)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const action = await makeAction(ctx, other, url);
    expect(await stranger.action.sendTest({ projectId: other, actionId: action.id })).toMatchObject({ ok: false });
    expect(await received()).toEqual([]);
  });
});

test("viewers see what arrived without its body", async () => {
  await testOf(url);
  const viewer = callerOf(ctx, await makeUser(ctx, { [projectId]: "viewer" }));
  const { receipts } = await viewer.testEndpoint.get({ projectId });
  expect(receipts).toMatchObject([{ body: null, signature: "verified" }]);
});

test("the newest 100 requests of a day are kept, and expunging an observation removes them all", async () => {
  const request = { url, method: "POST" as const, headers: {}, body: "{}", projectId };
  const timeouts = { connectMs: 100, headersMs: 100, totalMs: 100 };
  for (let n = 0; n < 103; n += 1) await ctx.http.send({ ...request, timeouts });
  expect(await ctx.db.testReceipt.count({ where: { projectId } })).toBe(100);
  ctx.clock.advance(25 * 3_600_000);
  await ctx.http.send({ ...request, timeouts });
  await pruneChunk(ctx, "test receipts");
  expect(await ctx.db.testReceipt.count({ where: { projectId } })).toBe(1);
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "obs-1" })],
  });
  await api.observation.expunge({ projectId, observationId: "obs-1" });
  expect(await received()).toEqual([]);
});

test("an owner whose receiver is refused reads the line that allows it, and nobody else does", async () => {
  const local = { projectId, name: "Local", type: "webhook", configuration: { url: "http://localhost:9999/x" } };
  await expect(api.action.create(local)).rejects.toThrow(/add localhost:9999 to WEBHOOK_ALLOWED_HOSTS/);
  const admin = callerOf(ctx, await makeUser(ctx, { [projectId]: "admin" }));
  await expect(admin.action.create(local)).rejects.not.toThrow(/WEBHOOK_ALLOWED_HOSTS/);
});
