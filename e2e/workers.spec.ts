import { expect, test } from "@playwright/test";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, type App } from "./app";
import { findFreePort } from "../src/server/db/embedded/postmaster";

/*
 * Runs the program as `npm start` does, with two worker processes. The tests send requests while workers die and
 * restart. They need a build, but no browser.
 */

test.describe.configure({ mode: "serial" });
let app: App;
let port: number;
const key = "tsk_workers_0123456789";
const admin = { email: "admin@example.com", password: "correct-horse-battery" };
const folder = (name: string): string => mkdtempSync(join(tmpdir(), `trigger-system-${name}-`));

test.beforeAll(async () => {
  port = await findFreePort();
  app = await startApp({
    port,
    dataDir: folder("workers"),
    env: { WORKERS: "2", DEMO_EVENT_KEY: key, ADMIN_PASSWORD: admin.password },
    logName: "workers.log",
  });
});
test.afterAll(() => app.stop());

/** Returns the process ids of a program's workers, in the order of their start. */
function workersOf(pid: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, child, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid && args!.includes("worker.mjs") ? [Number(child)] : [];
  });
}

const untilWorkers = (isSo: (pids: number[]) => boolean): Promise<void> =>
  expect.poll(() => isSo(workersOf(app.pid)), { timeout: 60_000 }).toBe(true);

type Outcome = { status: number; code: string };

/** Sends one event over a connection of this HTTP agent. */
function sendEvent(agent: Agent, to = port): Promise<Outcome> {
  const body = JSON.stringify({ name: "observation.created", data: { observation: { id: `obs-${Math.random()}` } } });
  return new Promise((done) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: to,
        agent,
        method: "POST",
        path: `/e/${key}`,
        headers: { "content-type": "application/json", "content-length": body.length },
      },
      (response) => {
        response.resume().on("end", () => done({ status: response.statusCode ?? 0, code: "" }));
        response.on("error", (error: NodeJS.ErrnoException) => done({ status: 0, code: error.code ?? "" }));
      },
    );
    outgoing.on("error", (error: NodeJS.ErrnoException) => done({ status: 0, code: error.code ?? "" }));
    outgoing.end(body);
  });
}

/**
 * Sends events without a pause until `stop`. Half of the senders reuse their connection, and half open a new connection
 * per event.
 */
function startStream(): { outcomes: readonly Outcome[]; stop(): Promise<Outcome[]> } {
  const outcomes: Outcome[] = [];
  let isRunning = true;
  const agents = [true, true, false, false].map((keepAlive) => new Agent({ keepAlive, maxSockets: 1 }));
  const senders = agents.map(async (agent) => {
    while (isRunning) outcomes.push(await sendEvent(agent));
    agent.destroy();
  });
  return {
    outcomes,
    async stop() {
      isRunning = false;
      await Promise.all(senders);
      return outcomes;
    },
  };
}

test("a killed worker refuses no connection under a stream of events, and the other worker answers", async () => {
  const before = workersOf(app.pid);
  expect(before).toHaveLength(2);
  for (const victim of before) {
    const stream = startStream();
    await expect.poll(() => stream.outcomes.length).toBeGreaterThan(0);
    process.kill(victim, "SIGKILL");
    const killedAt = stream.outcomes.length;
    await expect.poll(() => stream.outcomes.slice(killedAt).map(({ status }) => status)).toContain(200);
    await untilWorkers((pids) => pids.length === 2 && !pids.includes(victim));
    const outcomes = await stream.stop();
    expect(outcomes.filter(({ code }) => code === "ECONNREFUSED")).toEqual([]);
    // Only requests that the killed worker was handling may be cut off, at most one per sender. On a busy machine the
    // other worker may answer 503, after which senders repeat their events.
    const cut = outcomes.filter(({ status }) => status !== 200 && status !== 503);
    expect(cut.filter(({ code }) => !/^(ECONNRESET|EPIPE)$/.test(code))).toEqual([]);
    expect(cut.length).toBeLessThanOrEqual(4);
  }
});

test("a worker knows the address of the client whose connection it was given", async ({ request: client }) => {
  const origin = `http://127.0.0.1:${port}`;
  await client.post(`${origin}/api/auth/sign-in/email`, { data: admin, headers: { origin } });
  const { session } = (await (await client.get(`${origin}/api/auth/get-session`)).json()) as {
    session: { ipAddress: string };
  };
  expect(session.ipAddress).toBe("127.0.0.1");
});

test("without a worker events wait for the next one, and an OTLP exporter gets 503", async () => {
  const killed = workersOf(app.pid);
  for (const pid of killed) process.kill(pid, "SIGKILL");
  const agent = new Agent();
  const sentAt = performance.now();
  const sent = Array.from({ length: 5 }, async () => {
    const { status } = await sendEvent(agent);
    return { status, tookMs: performance.now() - sentAt };
  });
  // Pauses each new worker process until the exporter has its answer, so that the test does not depend on the machine's
  // speed.
  const stopping = setInterval(() => {
    for (const pid of workersOf(app.pid)) process.kill(pid, "SIGSTOP");
  }, 50);
  const traces = await fetch(`http://127.0.0.1:${port}/v1/traces`, { method: "POST", body: "{}" });
  clearInterval(stopping);
  expect([traces.status, traces.headers.get("retry-after")]).toEqual([503, "1"]);
  for (const pid of workersOf(app.pid)) process.kill(pid, "SIGCONT");
  // The parent gives up after 20 s. A busy machine may take longer to start a worker.
  for (const { status, tookMs } of await Promise.all(sent))
    if (tookMs < 20_000) expect(status).toBe(200);
    else expect([200, 503]).toContain(status);
  await untilWorkers((pids) => pids.length === 2);
});

test("npm run restart replaces the workers in turn under a stream of events, and no request fails", async () => {
  const before = workersOf(app.pid);
  const stream = startStream();
  const restart = spawn("npm", ["run", "restart"], { env: { ...process.env, PORT: String(port) } });
  let said = "";
  restart.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  restart.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(restart, "close")) as [number];
  expect([code, said]).toEqual([0, expect.stringContaining("All workers were restarted in turn.")]);
  const outcomes = await stream.stop();
  expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
  expect(workersOf(app.pid).filter((pid) => before.includes(pid))).toEqual([]);
});

test("the workers of a killed parent end, and the next start uses the running database", async () => {
  const workers = workersOf(app.pid);
  await app.kill();
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(() => workers.filter(isAlive)).toEqual([]);
  app = await startApp({ ...app.options, logName: "workers.log" });
  expect((await sendEvent(new Agent())).status).toBe(200);
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test(`npm start ends, and gives its port back, when npm ends with ${signal}`, async () => {
    const own = await findFreePort();
    const npm: ChildProcess = spawn("npm", ["start"], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(own),
        DATA_DIR: folder("npm"),
      } as unknown as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    npm.stdout!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said, { timeout: 90_000 }).toContain("Ctrl-C stops");
    npm.kill(signal);
    const connects = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${own}/api/health`).then(
        () => true,
        () => false,
      );
    await expect.poll(connects).toBe(false);
  });
}

test("metrics count over all workers, and a killed worker takes nothing from the sum", async () => {
  const readMetrics = (query: string) => fetch(`http://127.0.0.1:${port}/metrics${query}`);
  const accepted = async (): Promise<number> => {
    const answer = await readMetrics("");
    const text = await answer.text();
    expect(answer.status, text.slice(0, 300)).toBe(200);
    return Number(/^trigger_system_events_accepted_total (\d+)$/m.exec(text)![1]);
  };
  const before = await accepted();
  for (let sent = 0; sent < 20; sent++) await sendEvent(new Agent());
  expect(await accepted()).toBe(before + 20);
  const byWorker = await (await readMetrics("?by=worker")).text();
  expect(byWorker).toMatch(/^nodejs_eventloop_lag_p99_seconds\{worker="2"\}/m);
  const [victim] = workersOf(app.pid);
  process.kill(victim!, "SIGKILL");
  await untilWorkers((pids) => pids.length === 2 && !pids.includes(victim!));
  expect(await accepted()).toBe(before + 20);
});
