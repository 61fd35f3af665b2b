import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { Filter } from "@/domain/filter/schema";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { createTestContext } from "@/test/context";
import { levelIs, makeAction, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { forkApp, urlOfApp } from "@/test/fork-app";
import { Agent, request } from "undici";

/** The measured program: a separate process with runtime, engine and event endpoint. */
export type BenchApp = {
  /**
   * Makes a project with an event key. For each endpoint it makes a webhook action, and a trigger on observations of
   * level ERROR that have the endpoint's name.
   */
  makeProject(endpoints: readonly BenchEndpoint[]): Promise<BenchProject>;
  /** Returns the resident memory of the process, in MB. */
  rssMb(): Promise<number>;
  pid: number;
  stop(): Promise<void>;
};

export type BenchProject = {
  /** Sends one request of observations. Resolves when the program has accepted them. */
  send(observations: readonly object[]): Promise<void>;
  /**
   * Sends an OTLP export in protobuf.
   * @returns the HTTP status of the answer
   */
  sendSpans(body: Uint8Array): Promise<number>;
};

/** A webhook endpoint of the bench. It receives the observations with level ERROR and its name, with all their data. */
export type BenchEndpoint = {
  name: string;
  url: string;
  delaySeconds?: number;
  /** The delays between attempts, in s; default: the program's own schedule. */
  retryDelaysSeconds?: number[];
};

/** Makes an observation of about 2 KB: a generation of an LLM application. */
export const makeBenchObservation = (id: string, name: string): object => ({
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

/** Starts the program's process on a database that is already prepared. */
export async function startBenchProcess(options: {
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

/**
 * Starts the program on a migrated database.
 * @param allowedHosts the `host:port` entries that the guard exempts from its checks
 */
export async function startBenchApp(options: {
  connectionString: string;
  allowedHosts: readonly string[];
}): Promise<BenchApp> {
  const encryptionKey = randomBytes(32).toString("base64");
  const app = await startBenchProcess({ ...options, encryptionKey });
  const setUp = openBenchProjectFactory(options.connectionString, encryptionKey);
  const agent = new Agent({ connections: 64 });
  /*
   * Large uploads have their own connections: a refused upload closes its connection, which other senders must not
   * share.
   */
  const exporters = new Agent({ connections: 64 });
  return {
    async makeProject(endpoints) {
      const eventKey = await setUp.makeProject(endpoints);
      return {
        send: (observations) => sendObservationsTo(`${app.url}/e/${eventKey}`, observations, agent),
        async sendSpans(body) {
          const headers = { "content-type": "application/x-protobuf", "x-api-key": eventKey };
          try {
            const answer = await request(`${app.url}/v1/traces`, {
              method: "POST",
              body,
              headers,
              dispatcher: exporters,
            });
            await answer.body.dump();
            return answer.statusCode;
          } catch (error) {
            /*
             * The program closes the connection of a refused body. The sender repeats the request, as exporters do
             * after 503.
             */
            if (/EPIPE|ECONNRESET|UND_ERR_SOCKET/.test(String((error as { code?: string }).code))) return 503;
            throw error;
          }
        },
      };
    },
    pid: app.pid,
    rssMb: async () => Math.round(residentKilobytes(app.pid) / 1024),
    async stop() {
      await setUp.close();
      await Promise.all([agent.destroy(), exporters.destroy()]);
      await app.stop();
    },
  };
}

/** Reads the resident memory of a process, in KB. Running `ps` many times a second would take CPU from the program. */
function residentKilobytes(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (existsSync(file)) return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(file, "utf8"))?.[1]);
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
}

/** Sends one request of observations. Resolves when the program has accepted them. */
export async function sendObservationsTo(
  url: string,
  observations: readonly object[],
  dispatcher: Agent,
): Promise<void> {
  const body = JSON.stringify(
    observations.map((each) => ({ name: "observation.created", data: { observation: each } })),
  );
  const headers = { "content-type": "application/json" };
  const answer = await request(url, { method: "POST", body, headers, dispatcher });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`The event endpoint answered ${answer.statusCode}: ${text}`);
}

/** Creates the projects, triggers and actions of a bench directly in the database. */
export function openBenchProjectFactory(connectionString: string, encryptionKey: string) {
  const db = createDatabase(connectionString, 2);
  const ctx = { ...createTestContext(db), cipher: createCipher([encryptionKey]) };
  return {
    /** Makes a project with an action and a trigger for each endpoint. Returns the project's event key. */
    async makeProject(endpoints: readonly BenchEndpoint[]): Promise<string> {
      const { id: projectId } = await makeProject(ctx);
      for (const { name, url, delaySeconds = 0, retryDelaysSeconds } of endpoints) {
        const retry = retryDelaysSeconds && { preset: "custom" as const, delaysSeconds: retryDelaysSeconds };
        const action = await makeAction(ctx, projectId, url, { detail: "full", ...(retry ? { retry } : {}) });
        const isNamed = { type: "condition" as const, column: "name", operator: "=" as const, value: name };
        const filter: Filter = { type: "group", match: "all", children: [...levelIs("ERROR").children, isNamed] };
        await makeTrigger(ctx, projectId, [action.id], { filter, delaySeconds });
      }
      return makeEventKey(ctx, projectId);
    },
    async close(): Promise<void> {
      await ctx.close();
      await db.$disconnect();
    },
  };
}
