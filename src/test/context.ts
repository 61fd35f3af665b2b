import { randomBytes } from "node:crypto";
import { systemActor } from "@/domain/actor";
import { parseEnv, type Env } from "@/env";
import { createCipher } from "@/server/crypto";
import type { OutgoingEvent, ServiceContext } from "@/server/context";
import type { Database } from "@/server/db/client";
import type { ResolveName } from "@/server/http/name-resolver";
import { createSender } from "@/server/http/send";
import { log } from "@/server/log";
import { createProcessMetrics } from "@/server/metrics/metrics";
import { withTestEndpoint } from "@/server/services/test-endpoint/with-test-endpoint";
import type { LiveChannel } from "@/server/live";
import { createComputeThreads, type ComputeBudgets } from "@/server/compute/compute";

/** A clock that stands until it is moved. */
class TestClock {
  #now: number;
  constructor(start = new Date()) {
    this.#now = start.getTime();
  }
  now = (): Date => new Date(this.#now);
  advance(ms: number): void {
    this.#now += ms;
  }
}

export type TestContext = ServiceContext & {
  clock: TestClock;
  /** events that services handed to the engine, in order */
  sent: OutgoingEvent[];
  close(): Promise<void>;
};

export type TestContextOptions = {
  allowedHosts?: string[];
  /** where the clock stands; default: now */
  start?: Date;
  budgets?: ComputeBudgets;
  /** finds names; default: the system's */
  resolve?: ResolveName;
};

/** The environment in which no variable is set, but for the hosts that the guard lets through. */
export function testEnv(allowedHosts: string[] = []): Env {
  const parsed = parseEnv({ WEBHOOK_ALLOWED_HOSTS: allowedHosts.join(",") });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.env;
}

/** A service context on a real database and real sockets; only the clock and the engine are the test's own. */
export function createTestContext(db: Database, options: TestContextOptions = {}): TestContext {
  const env = testEnv(options.allowedHosts);
  const clock = new TestClock(options.start);
  const sent: OutgoingEvent[] = [];
  const policy = { allowHttp: false, allowedPorts: [], allowedHosts: options.allowedHosts ?? [] };
  const silent = log.child({}, { level: "silent" });
  const sender = createSender({ policy, ...(options.resolve ? { resolve: options.resolve } : {}) });
  const http = withTestEndpoint(sender, { db, appUrl: env.appUrl, now: clock.now, log: silent });
  const compute = createComputeThreads(silent, options.budgets ? { budgets: options.budgets } : {});
  return {
    db,
    env,
    clock,
    sent,
    now: clock.now,
    wait: async (ms) => clock.advance(ms),
    log: silent,
    actor: systemActor("test"),
    cipher: createCipher([randomBytes(32).toString("base64")]),
    guard: policy,
    http,
    mail: null,
    live: silentChannel,
    compute,
    metrics: createProcessMetrics({ ofProcess: false }),
    tracing: null,
    send: async (events) => void sent.push(...(await Promise.all(events.map(checked)))),
    engine: { kind: "inngest", dashboardUrl: "http://127.0.0.1:8288" },
    close: async () => void (await Promise.all([http.close(), compute.close()])),
  };
}

/** The event, its data checked against its schema as the SDK does before it sends. */
async function checked(event: OutgoingEvent & { validate?: () => Promise<void> }): Promise<OutgoingEvent> {
  const { validate, ...plain } = event;
  await validate?.();
  return plain;
}

const silentChannel: LiveChannel = {
  touch: () => undefined,
  async *subscribe() {},
  onStreamEnd: () => () => undefined,
  close: async () => undefined,
};
