import { serve } from "inngest/next";
import type { Inngest } from "inngest";
import pg from "pg";
import { getEnv, type Env } from "@/env";
import { createAuth, type Auth } from "./auth/auth";
import type { OutgoingEvent, ServiceContext } from "./context";
import { createCipher } from "./crypto";
import { createDatabase } from "./db/client";
import { createEngine, type Engine } from "./engine/engine";
import { createSender } from "./http/send";
import { createClient } from "./inngest/client";
import { createFunctions } from "./inngest/functions/all";
import { createLiveChannel } from "./live";
import { log } from "./log";
import { createProcessIdentity } from "./process-identity";
import { eventNames } from "./services/dispatch";
import type { StampedEvent } from "./services/events";
import { getInstanceSecret } from "./services/instance-secrets";
import { createTriggerCache } from "./services/trigger-cache";
import { guardPolicyFor } from "./services/webhook-policy";

type RouteHandler = (request: Request, context: unknown) => Promise<Response>;

/** Connections of each pool. PostgreSQL's default allows 100 in all, and several processes share them. */
const POOL = { services: 12, engine: 8 };

/** The running program: one for each process, made at its start. */
export type Runtime = {
  env: Env;
  /** a context in which the program itself acts */
  context: ServiceContext;
  auth: Auth;
  /** null where an Inngest server runs the functions */
  engine: Engine | null;
  inngest: Inngest;
  /** /api/inngest */
  functions: { GET: RouteHandler; POST: RouteHandler; PUT: RouteHandler };
  stampKey: string;
  /** Hands stamped events to the engine in use, and returns its answer. */
  forward(events: StampedEvent[], seed: string | null): Promise<{ status: number; body: { ids: string[]; status: number; error?: string } }>;
  stop(): Promise<void>;
};

declare global {
  // Route bundles and instrumentation do not share module instances: what they share lives here.
  var __triggerSystemRuntime: Promise<Runtime> | undefined;
  var __triggerSystemStop: (() => Promise<void>) | undefined;
}

/** The program of this process; the first call starts it. */
export function getRuntime(): Promise<Runtime> {
  globalThis.__triggerSystemRuntime ??= startRuntime(getEnv());
  return globalThis.__triggerSystemRuntime;
}

async function startRuntime(env: Env): Promise<Runtime> {
  const connectionString = env.databaseUrl;
  if (!connectionString) throw new Error("DATABASE_URL is not set. Start the program with `npm start` or `npm run dev`, which bring a database.");
  const db = createDatabase(connectionString, POOL.services);
  const cipher = createCipher(env.encryptionKeys);
  const secrets = { db, cipher, now: () => new Date() };
  const [stampKey, sessionSecret, signingKey] = await Promise.all([
    getInstanceSecret(secrets, "event stamp"),
    getInstanceSecret(secrets, "sessions"),
    getInstanceSecret(secrets, "engine signing"),
  ]);
  const live = createLiveChannel({ connectionString, log });
  const identity = await createProcessIdentity({ connectionString, log });
  const guard = guardPolicyFor(env, { isDemo: false });
  const http = createSender({ policy: guard, ...(env.webhook.proxyUrl ? { proxyUrl: env.webhook.proxyUrl } : {}) });

  const isEmbedded = env.inngest.engine === "embedded";
  const enginePool = isEmbedded ? new pg.Pool({ connectionString, max: POOL.engine, application_name: "trigger-system engine" }) : null;
  enginePool?.on("error", (error) => log.warn({ err: error.message }, "engine: an idle connection was lost"));
  const engineRef: { current: Engine | null } = { current: null };
  const inngest = createClient({
    env,
    log,
    embedded: isEmbedded ? { fetch: (...args) => engineRef.current!.fetch(...args), signingKey, eventKey: "embedded" } : null,
  });
  const context: ServiceContext = {
    db,
    env,
    now: () => new Date(),
    log,
    actor: { type: "system", label: "system" },
    cipher,
    guard,
    http,
    live,
    send: (events) => sendEvents(inngest, events),
  };
  const trustEvents = env.inngest.engine === "inngest" && env.inngest.trustEvents;
  const functions = serve({
    client: inngest,
    functions: createFunctions(inngest, { ctx: context, triggers: createTriggerCache(), leaseToken: identity.leaseToken, stampKey, trustEvents }),
  }) as unknown as Runtime["functions"];

  if (enginePool) {
    engineRef.current = createEngine({
      pool: enginePool,
      connectionString,
      handler: { POST: (request) => functions.POST(request, {}), PUT: (request) => functions.PUT(request, {}) },
      serveUrl: `http://127.0.0.1:${env.port}/api/inngest`,
      signingKey,
      log: log.child({ part: "engine" }),
    });
    await engineRef.current.migrate();
    await engineRef.current.start();
  }
  const engine = engineRef.current;
  const runtime: Runtime = {
    env,
    context,
    auth: createAuth({ db, env, secret: sessionSecret }),
    engine,
    inngest,
    functions,
    stampKey,
    forward: engine ? (events, seed) => ingest(engine, events, seed) : (events, seed) => forwardToServer(env, events, seed),
    async stop() {
      await engine?.stop({ graceMs: 5_000 });
      await http.close();
      await live.close();
      await identity.close();
      await enginePool?.end();
      await db.$disconnect();
    },
  };
  globalThis.__triggerSystemStop = runtime.stop;
  await context.send([{ name: eventNames.sweep, data: {} }]).catch((error: unknown) => log.warn({ err: (error as Error).message }, "the first sweep could not be asked for"));
  return runtime;
}

async function sendEvents(inngest: Inngest, events: OutgoingEvent[]): Promise<void> {
  if (events.length > 0) await inngest.send(events as Parameters<typeof inngest.send>[0]);
}

async function ingest(engine: Engine, events: StampedEvent[], seed: string | null): ReturnType<Runtime["forward"]> {
  const { ids } = await engine.ingest(events, seed ? { seed } : {});
  return { status: 200, body: { ids, status: 200 } };
}

/** The Inngest server's own answer, passed on; one that does not answer is 503 with a line that says so. */
async function forwardToServer(env: Env, events: StampedEvent[], seed: string | null): ReturnType<Runtime["forward"]> {
  if (env.inngest.engine !== "inngest") throw new Error("forwardToServer needs an Inngest server");
  const base = env.inngest.baseUrl ?? (env.inngest.dev ? "http://127.0.0.1:8288" : "https://inn.gs");
  const url = new URL(`/e/${encodeURIComponent(env.inngest.eventKey ?? "NO_EVENT_KEY_SET")}`, base);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(seed ? { "x-inngest-event-id-seed": seed } : {}) },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(20_000),
    });
    const body = (await response.json()) as { ids?: string[]; status?: number; error?: string };
    return { status: response.status, body: { ids: body.ids ?? [], status: response.status, ...(body.error ? { error: body.error } : {}) } };
  } catch (error) {
    log.error({ err: (error as Error).message }, "the Inngest server did not take events");
    return { status: 503, body: { ids: [], status: 503, error: "The Inngest server does not answer; nothing was accepted. Send it again." } };
  }
}
