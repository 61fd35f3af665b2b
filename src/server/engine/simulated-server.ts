import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { writeCanonicalJson } from "@/server/platform/canonical-json";
import { signRequestBody } from "./protocol/sign-request-body";
import { createEngine, type Engine, type EngineOptions } from "./engine";
import { SERVE_URL, type TestDatabase } from "./testing";
import { Checkpoints, type CallBody, type CheckpointBody } from "./testing-checkpoints";

export type SimulatedServerOptions = {
  /** A migrated test database that no other server uses. */
  database: TestDatabase;
  /** The keys that an app must use; null: none, as on Inngest's dev server. */
  keys: { event: string; signing: string } | null;
  /**
   * Whether calls carry the function's id. The SDK then runs on after a step and posts its result to `/v1/checkpoint`.
   */
  checkpointing: boolean;
  engine?: Partial<Pick<EngineOptions, "backoff" | "clock" | "log">>;
};

/** A call of a function that the simulated server has finished. */
type ServedCall = {
  functionId: string;
  runId: string;
  stepId: string;
  attempt: number;
  /** The HTTP status of the app's answer; null without an answer. */
  status: number | null;
  /** The number of steps whose results the app posted to `/v1/checkpoint` during the call. */
  checkpoints: number;
  /** Whether the function returned in this call, which ends its run. */
  runEnds: boolean;
  /** The number of events of the call's run. */
  events: number;
};

export type SimulatedServer = {
  /** The URL of the simulated server, for INNGEST_BASE_URL. */
  url: string;
  /** All finished calls, in the order in which they finished. */
  calls: ServedCall[];
  close(): Promise<void>;
};

type App = { url: string; functions: unknown[] };

/**
 * Starts a simulated Inngest server for tests and benches, with the embedded engine inside. It accepts events and
 * registrations over HTTP, and calls the app over HTTP. The app cannot distinguish it from a real server. Events start
 * no run before an app is registered.
 */
export async function startSimulatedInngestServer(options: SimulatedServerOptions): Promise<SimulatedServer> {
  const { keys, database } = options;
  const calls: ServedCall[] = [];
  const checkpoints = new Checkpoints();
  let app: App = { url: SERVE_URL, functions: [] };

  /** Sends a call of the engine to the app over HTTP, instead of inside the process. */
  async function callApp(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const url = new URL(app.url);
    for (const [name, value] of searchParams) url.searchParams.set(name, value);
    const functionId = searchParams.get("fnId") ?? "";
    const body = (await request.json()) as CallBody;
    const dispatch = checkpoints.begin(body, functionId, options.checkpointing);
    const events = body.events.length;
    const { run_id: runId, step_id: stepId, attempt } = body.ctx;
    const call: ServedCall = {
      functionId,
      runId,
      stepId,
      attempt,
      status: null,
      checkpoints: 0,
      runEnds: false,
      events,
    };
    try {
      const response = await post(url, {
        method: "POST",
        body: dispatch.body,
        signingKey: keys?.signing,
        headers: {
          "x-run-id": runId,
          "x-request-id": dispatch.requestId,
          "x-inngest-generation-id": String(dispatch.generation),
          "x-inngest-job-id": dispatch.queueItemId,
        },
      });
      const text = await response.text();
      call.status = response.status;
      call.runEnds =
        response.status === 200 ||
        (response.status === 206 && (JSON.parse(text) as { op: string }[]).some(({ op }) => op === "RunComplete"));
      return new Response(text, { status: response.status, headers: response.headers });
    } finally {
      call.checkpoints = checkpoints.end(dispatch);
      calls.push(call);
    }
  }

  async function startEngine(): Promise<Engine> {
    const started = createEngine({
      pool: database.pool,
      connectionString: database.url,
      handler: { POST: callApp, PUT: async () => Response.json({ functions: app.functions }) },
      serveUrl: SERVE_URL,
      startsIdleBatches: false,
      ...options.engine,
    });
    await started.start();
    return started;
  }
  let engine = await startEngine();

  /** Reads the functions of the app at `url`, and executes them from then on. */
  async function register(url: string): Promise<Response> {
    const response = await post(new URL(url), {
      method: "PUT",
      body: { url },
      signingKey: keys?.signing,
      headers: { "x-inngest-sync-kind": "in_band" },
    });
    if (!response.ok)
      return Response.json({ status: 400, error: `The app answered ${response.status} to its sync` }, { status: 400 });
    const { functions } = (await response.json()) as { functions: unknown[] };
    const modified = withoutUrl(functions, url) !== withoutUrl(app.functions, app.url);
    app = { url, functions };
    if (modified) {
      await engine.stop();
      engine = await startEngine();
    }
    return Response.json({ ok: true, status: 200, modified });
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const route = `${request.method} ${pathname}`;
    if (route === "GET /health") return Response.json({ status: 200, message: "OK" });
    if (route.startsWith("POST /e/")) {
      if (keys && pathname !== `/e/${keys.event}`)
        return Response.json({ ids: [], status: 401, error: "Event key not found" }, { status: 401 });
      return engine.fetch(request);
    }
    if (keys && request.headers.get("authorization") !== `Bearer ${hashedKey(keys.signing)}`) {
      return Response.json({ status: 401, error: "Unauthorized" }, { status: 401 });
    }
    if (route === "POST /fn/register") return register(((await request.json()) as { url: string }).url);
    const [, runId] = /^POST \/v1\/checkpoint\/(\w+)\/async$/.exec(route) ?? [];
    if (runId)
      return new Response("{}", {
        status: checkpoints.save(runId, (await request.json()) as CheckpointBody) ? 200 : 409,
      });
    return Response.json({ status: 404, error: `This server has no ${route}` }, { status: 404 });
  }

  const server = createServer((incoming, outgoing) => {
    void serveWithWebHandler(incoming, outgoing, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      await engine.stop({ graceMs: 2000 });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Serves one request of a node:http server by a handler of web requests. An error of the handler becomes a 500. */
export async function serveWithWebHandler(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handler: (request: Request) => Promise<Response>,
): Promise<void> {
  try {
    const { method = "GET", headers } = incoming;
    const request = new Request(new URL(incoming.url ?? "/", `http://${headers.host ?? "localhost"}`), {
      method,
      headers: headers as Record<string, string>,
      ...(method === "GET" || method === "HEAD"
        ? {}
        : { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" }),
    } as RequestInit);
    const response = await handler(request);
    outgoing
      .writeHead(response.status, Object.fromEntries(response.headers))
      .end(Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    // The error may come from a client that a test has stopped.
    outgoing
      .writeHead(500, { "content-type": "application/json" })
      .end(JSON.stringify({ error: (error as Error).message }));
  }
}

function post(
  url: URL,
  {
    method,
    body,
    signingKey,
    headers,
  }: { method: "POST" | "PUT"; body: object; signingKey: string | undefined; headers: Record<string, string> },
): Promise<Response> {
  const text = JSON.stringify(body);
  const signature: Record<string, string> = signingKey
    ? { "x-inngest-signature": signRequestBody(writeCanonicalJson(JSON.parse(text)), signingKey, Date.now()) }
    : {};
  return fetch(url, { method, body: text, headers: { "content-type": "application/json", ...signature, ...headers } });
}

/**
 * Returns a signing key in the form in which an app sends it: its prefix, and the SHA-256 of the key's bytes in hex.
 */
function hashedKey(signingKey: string): string {
  const prefix = /^signkey-\w+-/.exec(signingKey)?.[0] ?? "";
  return (
    prefix +
    createHash("sha256")
      .update(Buffer.from(signingKey.slice(prefix.length), "hex"))
      .digest("hex")
  );
}

const withoutUrl = (functions: unknown[], url: string): string => JSON.stringify(functions).replaceAll(url, "");

/** Makes an event key and a signing key in the form of a self-hosted server. */
export const makeServerKeys = (): { event: string; signing: string } => ({
  event: randomUUID(),
  signing: `signkey-test-${randomUUID().replaceAll("-", "")}`,
});
