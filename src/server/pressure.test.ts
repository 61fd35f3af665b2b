import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeEventKey, makeProject } from "@/test/factories";
import { forkApp, killApp, urlOfApp } from "@/test/fork-app";
import { useTestContext } from "@/test/use-test-context";
import { waitUntil } from "./engine/testing";
import { startDatabaseProxy, type DatabaseProxy } from "./engine/testing-proxy";

const { ctx, database } = useTestContext();
let proxy: DatabaseProxy;
let projectId: string;
let child: ChildProcess | undefined;
const encryptionKey = randomBytes(32).toString("base64");
let key: string;

beforeAll(async () => {
  proxy = await startDatabaseProxy(database.connectionString);
  projectId = (await makeProject(ctx)).id;
  key = await makeEventKey(ctx, projectId);
});
afterEach(async () => {
  if (child) await killApp(child);
});
afterAll(async () => {
  await proxy.close();
});

/** Starts the program as a process of its own. Returns a function that sends it an event. */
async function startApp(env: Record<string, string> = {}) {
  child = forkApp({ connectionString: proxy.url, encryptionKey, env: { LOG_LEVEL: "silent", ...env } });
  const url = await urlOfApp(child);
  return async (id: string) => {
    const body = JSON.stringify({ name: "observation.created", data: { observation: { id, name: "chat" } } });
    const response = await fetch(`${url}/e/${key}`, { method: "POST", body });
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after"),
      body: (await response.json()) as { ids: string[]; error?: string },
    };
  };
}

const arrived = async () =>
  (await ctx.db.observation.findMany({ where: { projectId }, select: { id: true } })).map(({ id }) => id).sort();

test("a process without its database answers 503 with a Retry-After, lives, and goes on by itself", async () => {
  const send = await startApp();
  expect(await send("before")).toMatchObject({ status: 200 });
  await proxy.down();
  for (let round = 0; round < 5; round++) {
    const since = performance.now();
    expect(await send(`away-${round}`)).toMatchObject({
      status: 503,
      retryAfter: "5",
      body: { ids: [], error: expect.stringContaining("database") },
    });
    expect(performance.now() - since).toBeLessThan(30_000);
  }
  expect(child!.exitCode).toBeNull();
  await proxy.up();
  await waitUntil(async () => (await send("after")).status === 200);
  await waitUntil(async () => (await arrived()).join() === "after,before");
});

test("a backlog above ENGINE_BACKLOG_MAX is answered 429 with a Retry-After, until it shrinks", async () => {
  const send = await startApp({ ENGINE_BACKLOG_MAX: "1000" });
  await ctx.db.$executeRaw`
      insert into engine.batch_item (function_id, key, event_id, bytes, added_at)
        select 'trigger-system-prune-history', '', 'e', 1, now() from generate_series(1, 1100)`;
  await waitUntil(async () => (await send("taken-meanwhile")).status === 429);
  const refused = await send("refused");
  expect(refused).toMatchObject({
    status: 429,
    retryAfter: expect.stringMatching(/^[1-9]\d?$/),
    body: { ids: [], error: expect.stringContaining("Too many events wait") },
  });
  await ctx.db.$executeRaw`delete from engine.batch_item where function_id = 'trigger-system-prune-history'`;
  await waitUntil(async () => (await send("then")).status === 200);
  await waitUntil(async () => (await arrived()).includes("then"));
  expect(await arrived()).not.toContain("refused");
});
