import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { createTestContext } from "@/test/context";
import { levelIs, makeAction, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { forkApp, urlOfApp } from "@/test/fork-app";
import { Agent, request } from "undici";

/** The program under measurement: runtime, engine and event endpoint as a process of their own. */
export type BenchApp = {
  /** Sends one request of observations with these ids; resolves when they are accepted. `nameOf`: `answer` without it. */
  send(ids: readonly string[], nameOf?: (id: string) => string): Promise<void>;
  /** resident memory of the process, MB */
  rssMb(): Promise<number>;
  stop(): Promise<void>;
};

/** About 2 KB, as a generation of an LLM application is. */
export const observation = (id: string, name: string): object => ({
  id,
  traceId: `trace-${id}`,
  type: "GENERATION",
  name,
  level: "ERROR",
  statusMessage: "The model answered with an empty message.",
  environment: "production",
  model: "gpt-5-mini",
  startTime: "2026-01-01T00:00:00.000Z",
  endTime: "2026-01-01T00:00:02.500Z",
  usageDetails: { input: 812, output: 96, total: 908 },
  costDetails: { input: 0.0002, output: 0.0004, total: 0.0006 },
  metadata: { customer: "acme", region: "eu-west-1", attempt: 2 },
  tags: ["beta", "chat"],
  input: [{ role: "user", content: "How do I change the address that my invoices are sent to? ".repeat(16) }],
  output: { role: "assistant", content: "You can change it under Settings, Billing. ".repeat(8) },
});

/** Where observations of a name go. */
export type BenchEndpoint = { name: string; url: string };

/** The process alone, on a database that is set up. */
export async function startProcess(options: {
  connectionString: string;
  encryptionKey: string;
  allowedHosts: readonly string[];
  nameServer?: string;
}): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const { connectionString, encryptionKey } = options;
  const child = forkApp({
    connectionString,
    encryptionKey,
    execArgv: process.env.APP_EXEC_ARGV?.split(" ") ?? [],
    env: {
      WEBHOOK_ALLOWED_HOSTS: options.allowedHosts.join(","),
      WEBHOOK_NAME_SERVERS: options.nameServer ?? "",
      LOG_LEVEL: process.env.LOG_LEVEL ?? "warn",
    },
  });
  return {
    url: await urlOfApp(child),
    pid: child.pid!,
    async stop() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

/** With a trigger and an action for each endpoint. */
export async function startApp(options: {
  connectionString: string;
  endpoints: readonly BenchEndpoint[];
}): Promise<BenchApp> {
  const encryptionKey = randomBytes(32).toString("base64");
  const eventKey = await setUp(options, encryptionKey);
  const { connectionString } = options;
  const allowedHosts = [...new Set(options.endpoints.map(({ url }) => new URL(url).host))];
  const app = await startProcess({ connectionString, encryptionKey, allowedHosts });
  const agent = new Agent({ connections: 64 });
  return {
    async send(ids, nameOf = () => "answer") {
      const body = JSON.stringify(
        ids.map((id) => ({ name: "observation.created", data: { observation: observation(id, nameOf(id)) } })),
      );
      const answer = await request(`${app.url}/e/${eventKey}`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
        dispatcher: agent,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`The event endpoint answered ${answer.statusCode}: ${text}`);
    },
    rssMb: async () =>
      Math.round(Number(execFileSync("ps", ["-o", "rss=", "-p", String(app.pid)], { encoding: "utf8" })) / 1024),
    async stop() {
      await agent.destroy();
      await app.stop();
    },
  };
}

/** A project with an event key and, for each endpoint, a trigger on errors of its name and a webhook with everything in its body. */
async function setUp(
  { connectionString, endpoints }: { connectionString: string; endpoints: readonly BenchEndpoint[] },
  encryptionKey: string,
): Promise<string> {
  const db = createDatabase(connectionString, 2);
  const ctx = { ...createTestContext(db), cipher: createCipher([encryptionKey]) };
  const { id: projectId } = await makeProject(ctx);
  const eventKey = await makeEventKey(ctx, projectId);
  for (const { name, url } of endpoints) {
    const action = await makeAction(ctx, projectId, url, { detail: "full" });
    const children = [
      ...levelIs("ERROR").children,
      { type: "condition" as const, column: "name", operator: "=" as const, value: name },
    ];
    await makeTrigger(ctx, projectId, [action.id], { filter: { type: "group", match: "all", children } });
  }
  await ctx.close();
  await db.$disconnect();
  return eventKey;
}
