import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Inngest } from "inngest";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { levelIs, makeAction, makeEventKey, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { forkApp, killApp, urlOfApp } from "@/test/fork-app";
import { readUntil } from "@/test/read-until";
import { useTestContext } from "@/test/use-test-context";
import { createCipher } from "./crypto";

const { ctx, database, receiver } = useTestContext();
let eventKey: string;
let projectId: string;
const encryptionKey = randomBytes(32).toString("base64");
const processes = new Set<ChildProcess>();

beforeAll(() => {
  ctx.cipher = createCipher([encryptionKey]);
});
afterEach(async () => {
  await Promise.all([...processes].map(kill));
  receiver.clear();
});
beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  eventKey = await makeEventKey(ctx, projectId);
});

/** Starts the program on the test's database, as a process of its own. */
async function startApp(): Promise<{ process: ChildProcess; client: Inngest }> {
  const child = forkApp({
    connectionString: database.connectionString,
    encryptionKey,
    env: { WEBHOOK_ALLOWED_HOSTS: receiver.allowedHosts.join(",") },
  });
  processes.add(child);
  const baseUrl = await urlOfApp(child);
  return { process: child, client: new Inngest({ id: "application", isDev: false, baseUrl, eventKey }) };
}

async function kill(child: ChildProcess): Promise<void> {
  processes.delete(child);
  await killApp(child);
}

const observation = (id: string, level = "ERROR") => ({
  name: "observation.created",
  data: { observation: { id, level, name: "chat" } },
});
const executions = () =>
  ctx.db.actionExecution.findMany({ where: { projectId }, include: { attempts: { orderBy: { number: "asc" } } } });

describe("with the real Inngest SDK, from event to webhook", () => {
  test("an observation that matches is delivered once, even if its event repeats", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("ERROR") });
    const { client } = await startApp();
    await client.send([observation("obs-1"), observation("obs-2", "DEFAULT"), observation("obs-1")]);
    await client.send(observation("obs-1"));
    await readUntil(executions, (rows) => rows[0]?.status === "COMPLETED");
    const revisions = () => ctx.db.observationRevision.count({ where: { projectId } });
    await readUntil(revisions, (count) => count === 4);
    expect(receiver.requests).toHaveLength(1);
    expect(await executions()).toHaveLength(1);
  });

  test("an upsert that stops matching cancels the waiting execution, and nothing is sent", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    // The change comes before the execution is due, however busy the machine is.
    await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("ERROR"), delaySeconds: 3_600 });
    await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("WARNING"), delaySeconds: 2 });
    const { client } = await startApp();
    await client.send([observation("obs-1"), observation("obs-stays", "WARNING")]);
    await readUntil(executions, (rows) => rows.length === 2);
    await client.send(observation("obs-1", "DEFAULT"));
    const rows = await readUntil(executions, (all) =>
      all.every((row) => row.status !== "PENDING" && row.status !== "RUNNING"),
    );
    expect(Object.fromEntries(rows.map((row) => [row.sourceId, row.status]))).toEqual({
      "obs-1": "CANCELLED",
      "obs-stays": "COMPLETED",
    });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe("kill -9", () => {
  test("between event and delivery: a restart gives exactly one execution and at least one delivery", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [action.id]);
    const first = await startApp();
    await first.client.send(Array.from({ length: 20 }, (_, index) => observation(`obs-${index}`)));
    await kill(first.process);

    await startApp();
    const rows = await readUntil(
      executions,
      (all) => all.length === 20 && all.every((row) => row.status === "COMPLETED"),
    );
    expect(new Set(rows.map((row) => row.sourceId)).size).toBe(20);
    expect(new Set(receiver.requests.map((request) => request.headers["webhook-id"]))).toEqual(
      new Set(rows.map((row) => row.id)),
    );
  });

  test("during a request: its outcome is unknown, and it is sent again with the same webhook id", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("never"));
    await makeTrigger(ctx, projectId, [action.id]);
    const first = await startApp();
    await first.client.send(observation("obs-1"));
    await receiver.waitForCount(1, 20_000);
    await kill(first.process);
    await pointAction(ctx, action.id, receiver.url("200"));

    await startApp();
    const [row] = await readUntil(executions, (all) => all[0]?.status === "COMPLETED");
    expect(row!.attempts.map((attempt) => [attempt.number, attempt.status])).toEqual([
      [1, "UNKNOWN"],
      [2, "SUCCEEDED"],
    ]);
    expect(receiver.requests.map((request) => request.headers["webhook-id"])).toEqual([row!.id, row!.id]);
  });
});

test("two processes on one database share the work, and one of them may die", async () => {
  const action = await makeAction(ctx, projectId, receiver.url("200"));
  await makeTrigger(ctx, projectId, [action.id]);
  const [a, b] = await Promise.all([startApp(), startApp()]);
  const batch = (name: string) => Array.from({ length: 100 }, (_, index) => observation(`${name}-${index}`));
  await Promise.all([a.client.send(batch("a")), b.client.send(batch("b"))]);
  await kill(a.process);
  const rows = await readUntil(
    executions,
    (all) => all.length === 200 && all.every((row) => row.status === "COMPLETED"),
  );
  const received = new Set(receiver.requests.map((request) => request.headers["webhook-id"]));
  expect(rows.filter((row) => !received.has(row.id))).toEqual([]);
  expect(rows.every((row) => row.attempts.at(-1)?.status === "SUCCEEDED")).toBe(true);
});
