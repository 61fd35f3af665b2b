import { randomBytes } from "node:crypto";
import { makeSystemActor } from "@/domain/actor";
import { parseEnv, type Env } from "@/env";
import { createCipher } from "@/server/crypto";
import type { OutgoingEvent, ServiceContext } from "@/server/context";
import type { Database } from "@/server/db/client";
import type { ResolveName } from "@/server/http/name-resolver";
import { createSender } from "@/server/http/send";
import { log } from "@/server/log";
import { createProcessMetrics } from "@/server/metrics/metrics";
import { addTestEndpointToSender } from "@/server/services/test-endpoint/add-test-endpoint-to-sender";
import type { LiveChannel } from "@/server/live";
import { createComputeThreads, type ComputeBudgets } from "@/server/compute/compute";

/** A clock that shows one time until the test moves it. */
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
  /** the time that the clock shows at first; default: now */
  start?: Date;
  budgets?: ComputeBudgets;
  /** looks up host names; default: the system's resolver */
  resolve?: ResolveName;
};

/** The configuration without any environment variable, except the hosts that the guard lets through. */
export function testEnv(allowedHosts: string[] = []): Env {
  const parsed = parseEnv({ WEBHOOK_ALLOWED_HOSTS: allowedHosts.join(",") });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.env;
}

/**
 * Makes a service context with a real database and real sockets. Its clock is one that the test moves. Events to the
 * engine are collected in `sent`.
 */
export function createTestContext(db: Database, options: TestContextOptions = {}): TestContext {
  const env = testEnv(options.allowedHosts);
  const clock = new TestClock(options.start);
  const sent: OutgoingEvent[] = [];
  const policy = { allowHttp: false, allowedPorts: [], allowedHosts: options.allowedHosts ?? [] };
  const silent = log.child({}, { level: "silent" });
  const sender = createSender({ policy, ...(options.resolve ? { resolve: options.resolve } : {}) });
  const http = addTestEndpointToSender(sender, { db, appUrl: env.appUrl, now: clock.now, log: silent });
  const compute = createComputeThreads(silent, options.budgets ? { budgets: options.budgets } : {});
  return {
    db,
    env,
    clock,
    sent,
    now: clock.now,
    wait: async (ms) => clock.advance(ms),
    log: silent,
    actor: makeSystemActor("test"),
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

/** Checks an event's data against its schema, as the SDK does before it sends. @returns the event */
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
