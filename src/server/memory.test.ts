import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestContext, type TestContext } from "@/test/context";
import { createTestDatabase, type TestDatabase } from "@/test/database";
import { makeEventKey, makeProject } from "@/test/factories";
import { forkApp, killApp, urlOfApp } from "@/test/fork-app";

/**
 * The running program as a process of its own, with a heap of 600 MB, and senders that would need several times that.
 * The program may read 120 MB of large bodies at once, and 64 MB of an Inngest server.
 */
const HEAP_MB = 600;
const REQUESTS = 12;

let database: TestDatabase;
let ctx: TestContext;
let child: ChildProcess | undefined;
let url: string;
const keys: string[] = [];
const encryptionKey = randomBytes(32).toString("base64");

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = createTestContext(database.db);
  for (const name of ["wild", "calm"]) {
    const key = `tsk_${name}_${randomBytes(8).toString("hex")}`;
    const { id: projectId } = await makeProject(ctx);
    keys.push(await makeEventKey(ctx, projectId, key));
  }
});
afterEach(async () => {
  if (child) await killApp(child);
});
afterAll(async () => {
  await ctx.close();
  await database.close();
});

async function startApp(env: Record<string, string> = {}): Promise<void> {
  child = forkApp({
    connectionString: database.connectionString,
    encryptionKey,
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    env: { LOG_LEVEL: "silent", ...env },
  });
  url = await urlOfApp(child);
}

const post = async (path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, { method: "POST", body, headers });
  await response.text();
  return { status: response.status, retryAfter: response.headers.get("retry-after") };
};

const event = (id: string, output: unknown) =>
  JSON.stringify({ name: "observation.created", data: { observation: { id, output } } });
const ten = (output: unknown) => {
  const first = event("large-0", output);
  return Buffer.from(`[${Array.from({ length: 10 }, (_, n) => first.replace("large-0", `large-${n}`)).join(",")}]`);
};
const messages = Array.from({ length: 12_600 }, (_, n) => ({ role: "user", content: `${n} ${"text ".repeat(38)}` }));
const objects = Array.from({ length: 930_000 }, () => ({}));

test.each([
  ["of messages", messages, 200],
  ["in which every third byte becomes an object", objects, 413],
])(
  "12 requests of 28 MB %s with one key at once: the process lives and refuses what has no room",
  async (_what, output, first) => {
    await startApp();
    const large = ten(output);
    expect(large.length).toBeGreaterThan(27_000_000);
    const answers = await Promise.all(Array.from({ length: REQUESTS }, () => post(`/e/${keys[0]}`, large)));
    expect(child!.exitCode).toBeNull();
    // A request waits for memory for some time, so the number of accepted requests depends on the machine.
    for (const { status, retryAfter } of answers)
      expect([
        [first, null],
        [429, "1"],
      ]).toContainEqual([status, retryAfter]);
    expect(answers.map(({ status }) => status)).toContain(first);
    expect((await post(`/e/${keys[1]}`, event("small", "text"))).status).toBe(200);
  },
  240_000,
);

test("12 requests of 31 MB without a key to /api/inngest: 404 on the embedded engine, refused otherwise", async () => {
  const large = Buffer.alloc(31_000_000, "x");
  const flood = (headers: Record<string, string>) =>
    Promise.all(Array.from({ length: REQUESTS }, () => post("/api/inngest?fnId=f&stepId=step", large, headers)));
  await startApp();
  expect(new Set((await flood({})).map(({ status }) => status))).toEqual(new Set([404]));
  child!.kill("SIGKILL");
  await once(child!, "exit");

  await startApp({ INNGEST_EVENT_KEY: "event-key", INNGEST_SIGNING_KEY: "signkey-test-00ff" });
  expect(new Set((await flood({})).map(({ status }) => status))).toEqual(new Set([401]));
  const signed = await flood({ "x-inngest-signature": `t=${Math.round(Date.now() / 1_000)}&s=00` });
  expect(child!.exitCode).toBeNull();
  expect(signed.every(({ status }) => status === 503 || status >= 400)).toBe(true);
  expect(signed.some(({ status, retryAfter }) => status === 503 && retryAfter === "1")).toBe(true);
}, 240_000);
