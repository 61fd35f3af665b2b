import { setTimeout } from "node:timers/promises";
import { serve } from "inngest/next";
import type { Inngest } from "inngest";
import { makeSystemActor } from "@/domain/actor";
import { getEnv, type Env } from "@/env";
import { createBetterAuth, type BetterAuthInstance } from "./auth/auth";
import { createOidcSignIn, type OidcSignIn } from "./auth/oidc-sign-in";
import { createKnownBrowserCookie, type KnownBrowserCookie } from "./auth/known-browser-cookie";
import { createBodyBudgets, type BodyBudgets } from "./body-budgets";
import type { OutgoingEvent, ServiceContext } from "./context";
import { createCipher } from "./crypto";
import { createDatabase } from "./db/client";
import { createUtcPool, UtcClient } from "./db/utc-connection";
import { createEventPaceCheck, type IsEventPaceLow } from "./event-pace";
import { createEngineTables } from "./engine/backup-events";
import { createEngine, type Engine } from "./engine/engine";
import type { ServeHandler } from "./engine/protocol/serve-handler-request";
import { computeBackoffWithJitter } from "./engine/protocol/retry-delay";
import { EngineUnavailableError } from "./engine/unavailable";
import { makeReplyForUnavailableEngine, type SendEventsReply } from "./engine-reply";
import { limitHeapGrowth } from "./heap-growth";
import { createNameResolver } from "./http/name-resolver";
import { createSender } from "./http/send";
import { createInngestClient } from "./inngest/client";
import { createFunctions } from "./inngest/functions/create-functions";
import { createEventReader, type EventBodyParser } from "./event-reader/event-reader";
import { MATCHING_FUNCTION_IDS } from "./inngest/functions/observation-upsert-processor";
import { createInngestServer } from "./inngest-server";
import { createLiveChannel } from "./live";
import { createMailer } from "./mail";
import { log } from "./log";
import { createProcessMetrics } from "./metrics/metrics";
import { createBackgroundWorkTracker } from "./background-work-tracker";
import { createComputeThreads } from "./compute/compute";
import { takeProcessLivenessLock } from "./process-liveness-lock";
import { createLocalRateLimiter, createRateLimiter, type RateLimiter, type RateLimitResult } from "./rate-limit";
import type { StampedEvent } from "./services/redact-and-stamp-events";
import { getInstanceSecret } from "./services/instance-secrets";
import { createDeliveryStatements } from "./services/deliveries/delivery-statements";
import { createProjectWorkQueues } from "./services/deliveries/project-work-queues";
import { createEndpointLatencies } from "./services/deliveries/endpoint-latencies";
import { createRequestPlaces } from "./services/deliveries/request-places";
import { createTriggerCache } from "./services/matching/trigger-cache";
import { createHeldClaims } from "./services/deliveries/held-claims";
import { createLostWorkWatch } from "./services/lost-work-watch";
import { addTestEndpointToSender } from "./services/test-endpoint/add-test-endpoint-to-sender";
import { makeGuardPolicy } from "./services/webhook-policy";
import { createLostWorkLoop } from "./lost-work-loop";
import { warnOnceAMinute } from "./warn-once-a-minute";

type RouteHandler = (request: Request, context: unknown) => Promise<Response>;

/**
 * The running program of this process: its services, its engine and its limits. Each process makes one at its start.
 */
export type Runtime = {
  env: Env;
  /** The service context of the program itself, whose actor is the system. */
  context: ServiceContext;
  auth: BetterAuthInstance;
  oidcSignIn: OidcSignIn | null;
  knownBrowsers: KnownBrowserCookie;
  /** The embedded engine; null if an Inngest server runs the functions. */
  engine: Engine | null;
  inngest: Inngest;
  /** The HTTP handlers of /api/inngest, through which an Inngest server calls the functions. */
  functions: { GET: RouteHandler; POST: RouteHandler; PUT: RouteHandler };
  /**
   * The key that signs events for an Inngest server, so that nobody else can send some; null with the embedded engine.
   */
  stampKey: string | null;
  /** The memory limits for request bodies in this process. */
  bodies: BodyBudgets;
  eventReader: EventBodyParser;
  /** The rate limits of events, shared by all processes. */
  rates: RateLimiter;
  /**
   * Tells whether a project sends few events; null with the embedded engine, which starts their batches at once anyway.
   */
  isPaceLow: IsEventPaceLow | null;
  /** Limits the calls of /api/inngest from one address, before their signature is checked. */
  functionCalls: (address: string) => RateLimitResult;
  /** Passes stamped events to the embedded engine or the Inngest server, and returns the answer for the sender. */
  forward(events: StampedEvent[], seed: string | null): Promise<SendEventsReply>;
  /**
   * Returns the answer that an overloaded embedded engine gives to any events. Null if it accepts events, and with an
   * Inngest server.
   */
  overload(): SendEventsReply | null;
  /**
   * Returns the health of the embedded engine or the Inngest server. `behind`: executions are long due, and the engine
   * delivers none. It never rejects.
   */
  engineHealth(): Promise<{ state: string; message?: string | undefined }>;
  stop(): Promise<void>;
};

declare global {
  // Next bundles routes and instrumentation separately, so module variables are not shared. Global variables are.
  var __triggerSystemRuntime: Promise<Runtime> | undefined;
  var __triggerSystemStop: (() => Promise<void>) | undefined;
}

/** Returns the running program of this process. The first call starts it. */
export function getRuntime(): Promise<Runtime> {
  globalThis.__triggerSystemRuntime ??= startRuntime(getEnv());
  return globalThis.__triggerSystemRuntime;
}

async function startRuntime(env: Env): Promise<Runtime> {
  const connectionString = env.databaseUrl;
  if (!connectionString)
    throw new Error(
      "DATABASE_URL is not set. Start the program with `npm start` or `npm run dev`, which bring a database.",
    );
  limitHeapGrowth();
  const metrics = createProcessMetrics({ ofProcess: true });
  const db = createDatabase(connectionString, env.databasePools.services, (pool) =>
    metrics.watchPool("services", pool),
  );
  // The tracing packages are loaded only if the environment names a collector.
  const tracing = env.tracing ? (await import("./tracing")).createTracer(env.tracing, log) : null;
  const cipher = createCipher(env.encryptionKeys);
  const secrets = { db, cipher, now: () => new Date() };
  const [stampKey, sessionSecret, signingKey] = await Promise.all([
    getInstanceSecret(secrets, "event stamp"),
    getInstanceSecret(secrets, "sessions"),
    getInstanceSecret(secrets, "engine signing"),
  ]);
  const live = createLiveChannel({ connectionString, log });
  const compute = createComputeThreads(log);
  const eventReader = createEventReader(log);
  const liveness = await takeProcessLivenessLock({ connectionString, log });
  const guard = makeGuardPolicy(env, { isDemo: false });
  const { proxyUrl, nameServers } = env.webhook;
  const sender = createSender({
    policy: guard,
    ...(nameServers.length > 0 ? { resolve: createNameResolver({ servers: nameServers }) } : {}),
    ...(proxyUrl ? { proxyUrl } : {}),
  });
  const http = addTestEndpointToSender(sender, { db, appUrl: env.appUrl, now: () => new Date(), log });

  const isEmbedded = env.inngest.engine === "embedded";
  const enginePool = isEmbedded
    ? createUtcPool(connectionString, {
        max: env.databasePools.engine,
        application_name: "trigger-system engine",
        lockTimeoutMs: ENGINE_LOCK_TIMEOUT_MS,
        answerTimeoutMs: ENGINE_ANSWER_TIMEOUT_MS,
      })
    : null;
  if (enginePool) metrics.watchPool("engine", enginePool);
  enginePool?.on("error", (error) => warnOnceAMinute(log, { err: error }, "engine: an idle connection was lost"));
  const engineRef: { current: Engine | null } = { current: null };
  const toEngine: typeof fetch = (...args) => engineRef.current!.fetch(...args);
  const inngest = createInngestClient({ env, log, embedded: isEmbedded ? { fetch: toEngine, signingKey } : null });
  const context: ServiceContext = {
    db,
    env,
    now: () => new Date(),
    wait: setTimeout,
    log,
    actor: makeSystemActor("system"),
    cipher,
    guard,
    http,
    mail: env.smtp ? createMailer(env.smtp) : null,
    live,
    compute,
    metrics,
    tracing,
    send: isEmbedded ? (events) => sendToEngine(engineRef.current!, events) : (events) => sendEvents(inngest, events),
    engine: isEmbedded
      ? {
          kind: "embedded",
          status: (owner) => engineRef.current!.status(owner),
          health: () => engineRef.current!.health(),
          get inspect() {
            return engineRef.current!.inspect;
          },
        }
      : { kind: "inngest", dashboardUrl: dashboardOf(env) },
  };
  const trustEvents = env.inngest.engine === "inngest" && env.inngest.trustEvents;
  const stampOrNone = isEmbedded ? null : stampKey;
  const backgroundWork = createBackgroundWorkTracker();
  const claims = createHeldClaims({ processNumber: liveness.number, leaseToken: liveness.leaseToken });
  const watch = createLostWorkWatch(context, claims, liveness.mayJudgeOthers);
  const turns = createProjectWorkQueues();
  const dependencies = {
    ctx: context,
    triggers: createTriggerCache(),
    delivery: {
      claims,
      places: createRequestPlaces(env.webhook.requestsMax),
      quick: createEndpointLatencies(),
      turns,
      statements: createDeliveryStatements(turns),
      projectsAtOnce: new Set<string>(),
      goesOn: backgroundWork.add,
    },
    watch,
    stampKey: stampOrNone,
    trustEvents,
  };
  const functions = serve({
    client: inngest,
    functions: createFunctions(inngest, dependencies),
  }) as unknown as Runtime["functions"];

  if (enginePool) {
    /*
     * The embedded engine's calls are unsigned, because only this process can make them. A signature would cost as much
     * as the call.
     */
    const client = createInngestClient({ env, log, embedded: { fetch: toEngine, signingKey: null } });
    engineRef.current = createEngine({
      pool: enginePool,
      connectionString,
      Client: UtcClient,
      handler: serve({ client, functions: createFunctions(client, dependencies) }) as unknown as ServeHandler,
      serveUrl: `http://127.0.0.1:${env.port}/api/inngest`,
      backoff: retryAfterMs,
      // Every event of this program has its project in `data.projectId`, which makes the project its owner.
      ownerOf: (data) => (typeof data.projectId === "string" ? data.projectId : ""),
      usesEventsUp: (functionId) => MATCHING_FUNCTION_IDS.some((name) => functionId.endsWith(`-${name}`)),
      ...backlogBound(env),
      log: log.child({ part: "engine" }),
    });
    // A migration may take long, and waits for the migration of another process.
    const patientPool = createUtcPool(connectionString, { max: 1, answerTimeoutMs: null });
    // A connection that breaks fails its statement.
    patientPool.on("error", () => undefined);
    await createEngineTables(patientPool).finally(() => patientPool.end());
    await engineRef.current.start();
  }
  const watchLoop = createLostWorkLoop(watch, log, async () => {
    const url = new URL("/api/inngest", env.appUrl);
    if (!isEmbedded) await functions.PUT(new Request(url, { method: "PUT", headers: { host: url.host } }), {});
  });
  const engine = engineRef.current;
  const server = env.inngest.engine === "inngest" ? createInngestServer(env.inngest, log) : null;
  const authInput = { db, env, secret: sessionSecret, now: context.now };
  const { oidc } = env;
  const runtime: Runtime = {
    env,
    context,
    auth: createBetterAuth(authInput),
    oidcSignIn: oidc ? createOidcSignIn(() => createBetterAuth({ ...authInput, oidc }), oidc) : null,
    knownBrowsers: createKnownBrowserCookie({
      secret: sessionSecret,
      secure: env.appUrl.startsWith("https:"),
      now: context.now,
    }),
    engine,
    inngest,
    functions,
    stampKey: stampOrNone,
    bodies: createBodyBudgets(),
    eventReader,
    rates: createRateLimiter(context),
    isPaceLow: server ? createEventPaceCheck(() => performance.now()) : null,
    functionCalls: createLocalRateLimiter({ perSecond: 300, burst: 3_000 }, Date.now),
    async forward(events, seed) {
      const answer = await (server ? server.forward(events, seed) : ingest(engine!, events, seed));
      if (answer.status === 200) metrics.eventsAccepted(events.length);
      return answer;
    },
    overload() {
      const overload = engine?.overload();
      return overload ? makeReplyForUnavailableEngine(overload) : null;
    },
    async engineHealth() {
      const found = server ? await server.health() : engine!.health();
      return isWorking(found.state) && watch.isEngineBehind() ? behind : found;
    },
    async stop() {
      await watchLoop.stop();
      await engine?.stop({ graceMs: 5_000 });
      // Closing the sender aborts open requests. Their outcomes are recorded before the database closes.
      await http.close();
      await backgroundWork.settled();
      await compute.close();
      await eventReader.close();
      await live.close();
      await liveness.close();
      await enginePool?.end();
      await db.$disconnect();
      // The last step, because a collector that is away uses up its time.
      await tracing?.close();
    },
  };
  globalThis.__triggerSystemStop = runtime.stop;
  return runtime;
}

/**
 * The first waits before a failed function call is retried, in ms. Most such failures are short breaks of the database.
 * Later waits follow Inngest's table.
 */
const SOON_MS = [1_000, 5_000];
const retryAfterMs = (attempt: number): number => SOON_MS[attempt] ?? computeBackoffWithJitter(attempt);

/**
 * How long a statement of the engine waits for a lock, in ms. Within this time a sender gets its answer, and health
 * learns that another session holds a table of the engine.
 */
const ENGINE_LOCK_TIMEOUT_MS = 10_000;
/** How long the engine waits for an answer of the database, in ms. Its statements are short, and all work waits. */
const ENGINE_ANSWER_TIMEOUT_MS = 30_000;

const isWorking = (state: string): boolean => state === "running" || state === "inngest";
const behind = {
  state: "behind",
  message: "For two minutes the engine has delivered no due execution, or could not look for them. The log has more.",
};

/**
 * Returns the URL of the Inngest server's dashboard. A self-hosted server or a dev server has it under the URL that
 * accepts events.
 */
const dashboardOf = ({ inngest }: Env): string =>
  inngest.engine === "inngest"
    ? (inngest.baseUrl ?? (inngest.dev ? "http://127.0.0.1:8288" : "https://app.inngest.com"))
    : "";

const backlogBound = ({ inngest }: Env): { backlogMax?: number } =>
  inngest.engine === "embedded" && inngest.backlogMax ? { backlogMax: inngest.backlogMax } : {};

/**
 * Passes events to the embedded engine directly. The SDK's client would write JSON for a request that never leaves the
 * process.
 */
async function sendToEngine(engine: Engine, events: OutgoingEvent[]): Promise<void> {
  await engine.ingest(events);
}

async function sendEvents(inngest: Inngest, events: OutgoingEvent[]): Promise<void> {
  if (events.length > 0) await inngest.send(events as Parameters<typeof inngest.send>[0]);
}

async function ingest(engine: Engine, events: StampedEvent[], seed: string | null): Promise<SendEventsReply> {
  try {
    const { ids } = await engine.ingest(events, { fromOutside: true, ...(seed ? { seed } : {}) });
    return { status: 200, body: { ids, status: 200 } };
  } catch (error) {
    // The error is rebuilt, because a route's bundle has its own class of this name.
    if (error instanceof EngineUnavailableError) return makeReplyForUnavailableEngine(error);
    throw error;
  }
}
