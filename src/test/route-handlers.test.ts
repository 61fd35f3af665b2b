import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { NextRequest } from "next/server";
import superjson from "superjson";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseEnv } from "@/env";
import type { Runtime } from "@/server/runtime";
import { makeUnsubscribeUrl } from "@/server/services/email/unsubscribe";
import { makeAction, makeEventKey, makeProject } from "@/test/factories";
import { makeUser, TEST_PASSWORD } from "@/test/people";
import { makeToken } from "@/test/rest";
import { listRouteHandlers } from "@/test/route-handlers";
import { useTestContext } from "@/test/use-test-context";

/*
 * Calls each route handler of the app from outside. A handler without a line below fails the test. Each line has a call
 * that the insider may make. A viewer, a person of another project and an anonymous caller make the same call and are
 * refused.
 */

const APP = "https://triggers.example.com";
const METRICS_TOKEN = randomBytes(16).toString("hex");
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Credentials of each kind of one person. A person without them has wrong values. */
type Credentials = {
  cookie: string;
  password: string;
  token: string;
  eventKey: string;
  metricsToken: string;
  unsubscribe: string;
};
const outsiders = ["viewer", "stranger", "nobody"] as const;
type Outsider = (typeof outsiders)[number];
type Call = { path: string; headers?: Record<string, string>; body?: unknown };
type Rule = {
  call: (who: Credentials) => Call;
  /** why outsiders get an answer all the same; it must not contain anything of the project */
  answers?: Partial<Record<Outsider, string>>;
  /** why the insider is refused too */
  isOff?: string;
};

const { database, receiver } = useTestContext();
let runtime: Runtime;
let projectId: string;
let email: string;
let actionIds: { rest: string; trpc: string };
let people: Record<"insider" | Outsider, Credentials>;

const wrong: Credentials = {
  cookie: "",
  password: "wrong horse battery",
  token: "tsa_wrong",
  eventKey: "tsk_wrong",
  metricsToken: "wrong",
  unsubscribe: "wrong",
};

beforeAll(async () => {
  const parsed = parseEnv({
    DATABASE_URL: database.connectionString,
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    APP_URL: APP,
    METRICS_TOKEN,
    WEBHOOK_ALLOWED_HOSTS: receiver.allowedHosts.join(","),
    LOG_LEVEL: "silent",
  });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  globalThis.__triggerSystemEnv = parsed.env;
  const { getRuntime } = await import("@/server/runtime");
  runtime = await getRuntime();
  const { context } = runtime;
  projectId = (await makeProject(context)).id;
  await context.db.project.update({ where: { id: projectId }, data: { name: "Orchard" } });
  actionIds = {
    rest: (await makeAction(context, projectId, receiver.url("200"))).id,
    trpc: (await makeAction(context, projectId, receiver.url("200"))).id,
  };
  const other = (await makeProject(context)).id;
  const sessionOf = async (address: string): Promise<string> => {
    const body = { email: address, password: TEST_PASSWORD };
    const answer = await runtime.auth.api.signInEmail({ body, asResponse: true });
    return answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
  };
  const ofPerson = async (user: { id: string; email: string }, eventKey: string): Promise<Credentials> => ({
    ...wrong,
    cookie: await sessionOf(user.email),
    token: (await makeToken(context, { userId: user.id })).token,
    eventKey,
  });
  const owner = await makeUser(context, { [projectId]: "owner" });
  email = owner.email;
  const revoked = await makeEventKey(context, projectId);
  await context.db.eventKey.updateMany({ where: { projectId }, data: { revokedAt: new Date() } });
  people = {
    insider: {
      ...(await ofPerson(owner, await makeEventKey(context, projectId))),
      password: TEST_PASSWORD,
      metricsToken: METRICS_TOKEN,
      unsubscribe: makeUnsubscribeUrl(context, owner.id).split("/").at(-1)!,
    },
    viewer: await ofPerson(await makeUser(context, { [projectId]: "viewer" }), revoked),
    stranger: await ofPerson(await makeUser(context, { [other]: "owner" }), await makeEventKey(context, other)),
    nobody: wrong,
  };
});
afterAll(async () => {
  await runtime.stop();
  globalThis.__triggerSystemRuntime = undefined;
  globalThis.__triggerSystemEnv = undefined;
});

const everybody = (why: string) => ({ viewer: why, stranger: why, nobody: why });
const ownProject = { stranger: "a key works for its own project" };
const mayRead = { viewer: "a viewer may read this" };
const rest = (path: string, body?: object) => ({
  call: ({ token }: Credentials): Call => ({
    path: `/api/v1/projects/${projectId}${path}`,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body,
  }),
});
const withKey = (path: string, body?: object) => ({
  call: ({ eventKey }: Credentials): Call => ({
    path,
    headers: { authorization: `Bearer ${eventKey}`, "content-type": "application/json" },
    body,
  }),
});
const open = (path: string, why: string): Rule => ({ call: () => ({ path }), answers: everybody(why) });
const withMetricsToken = (path: string): Rule => ({
  call: ({ metricsToken }) => ({ path, headers: { authorization: `Bearer ${metricsToken}` } }),
});
const inngest: Rule = { call: () => ({ path: "/api/inngest", body: {} }), isOff: "the embedded engine runs functions" };

const rules: Record<string, Rule> = {
  "GET /api/auth/[...all]": {
    call: ({ cookie }) => ({ path: "/api/auth/get-session", headers: { cookie } }),
    answers: everybody("the answer is the session of the caller"),
  },
  "POST /api/auth/[...all]": {
    call: ({ password }) => ({
      path: "/api/auth/sign-in/email",
      headers: { "content-type": "application/json", origin: APP },
      body: { email, password },
    }),
  },
  "GET /api/engine": withMetricsToken("/api/engine"),
  "GET /api/export/executions": {
    call: ({ cookie }) => ({
      path: `/api/export/executions?projectId=${projectId}&format=csv&bodies=1`,
      headers: { cookie },
    }),
  },
  "GET /api/health": open("/api/health", "a load balancer asks without credentials"),
  "GET /api/inngest": inngest,
  "POST /api/inngest": inngest,
  "PUT /api/inngest": inngest,
  "GET /api/public/health": open("/api/public/health", "clients ask before they have a key"),
  "POST /api/public/ingestion": { ...withKey("/api/public/ingestion", { batch: [] }), answers: ownProject },
  "POST /api/public/media": { ...withKey("/api/public/media", {}), answers: ownProject },
  "POST /api/public/otel/[[...path]]": {
    ...withKey("/api/public/otel/v1/traces", { resourceSpans: [] }),
    answers: ownProject,
  },
  "GET /api/public/projects": { ...withKey("/api/public/projects"), answers: ownProject },
  "GET /api/trpc/[trpc]": {
    call: ({ cookie }) => ({
      path: `/api/trpc/audit.list?input=${encodeURIComponent(JSON.stringify(superjson.serialize({ projectId })))}`,
      headers: { cookie },
    }),
  },
  "POST /api/trpc/[trpc]": {
    call: ({ cookie }) => ({
      path: "/api/trpc/action.setPaused",
      headers: { cookie, origin: APP, "content-type": "application/json" },
      body: superjson.serialize({ projectId, actionId: actionIds.trpc, paused: true }),
    }),
  },
  "GET /api/v1/[[...path]]": { ...rest("/actions"), answers: mayRead },
  "HEAD /api/v1/[[...path]]": { ...rest("/actions"), answers: mayRead },
  "POST /api/v1/[[...path]]": rest("/event-keys", { name: "New" }),
  "PATCH /api/v1/[[...path]]": {
    call: (who) => rest(`/actions/${actionIds.rest}`, { name: "Other" }).call(who),
  },
  "DELETE /api/v1/[[...path]]": { call: (who) => rest(`/actions/${actionIds.rest}`).call(who) },
  "GET /api/v1/docs": open("/api/v1/docs", "the reference page holds no data of a project"),
  "GET /api/v1/docs.css": open("/api/v1/docs.css", "the styles of the reference page"),
  "GET /api/v1/openapi.json": open("/api/v1/openapi.json", "the document holds no data of a project"),
  "POST /e/[key]": {
    call: ({ eventKey }) => ({
      path: `/e/${eventKey}`,
      body: { name: "observation.created", data: { observation: { id: "o-1", name: "chat" } } },
    }),
    answers: ownProject,
  },
  "POST /mcp": {
    call: ({ token }) => ({
      path: "/mcp",
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
      },
      body: {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "list_triggers", arguments: { projectId } },
      },
    }),
    answers: { ...mayRead, stranger: "the protocol answers 200 with an error" },
  },
  "GET /metrics": withMetricsToken("/metrics"),
  "GET /unsubscribe/[token]": open("/unsubscribe/x", "the page has a button and nothing else"),
  "POST /unsubscribe/[token]": { call: ({ unsubscribe }) => ({ path: `/unsubscribe/${unsubscribe}` }) },
};

type Handlers = Record<string, (request: NextRequest, route: { params: Promise<object> }) => Promise<Response>>;

const load = async (handler: string): Promise<Handlers> =>
  (await import(/* @vite-ignore */ join(process.cwd(), "src/app", handler, "route.ts"))) as Handlers;

async function send(name: string, { path, headers = {}, body }: Call) {
  const [method = "", handler = ""] = name.split(" ");
  const last = path.split("?")[0]!.split("/").at(-1)!;
  const request = new NextRequest(`${APP}${path}`, {
    method,
    headers,
    ...(body === undefined || method === "GET" || method === "HEAD" ? {} : { body: JSON.stringify(body) }),
  });
  const handlers = await load(handler);
  const answer = await handlers[method]!(request, { params: Promise.resolve({ key: last, token: last }) });
  return { status: answer.status, text: await answer.text() };
}

/** The methods of each route handler of the app: `GET /metrics`. */
async function listMethods(): Promise<string[]> {
  const all = await Promise.all(
    listRouteHandlers().map(async (handler) => ({ handler, names: Object.keys(await load(handler)) })),
  );
  return all.flatMap(({ handler, names }) =>
    METHODS.filter((method) => names.includes(method)).map((method) => `${method} ${handler}`),
  );
}

describe("the route handlers of the app", () => {
  test("each handler has a line here, and each line a handler", async () => {
    const methods = await listMethods();
    const handlersOf = (names: string[]) => [...new Set(names.map((name) => name.split(" ")[1]))].sort();
    // The handler for unknown paths refuses each method, so it has no line.
    expect(handlersOf([...Object.keys(rules), "GET /api/[[...path]]"])).toEqual(handlersOf(methods));
    expect(Object.keys(rules).filter((name) => !methods.includes(name))).toEqual([]);
  });

  test("a method without a line refuses the insider too", async () => {
    const others = (await listMethods()).filter((name) => !(name in rules));
    expect(others.length).toBeGreaterThan(0);
    const admitted: string[] = [];
    for (const name of others) {
      const [, handler] = name.split(" ");
      const known = Object.keys(rules).find((each) => each.endsWith(` ${handler}`));
      const call = known ? rules[known]!.call(people.insider) : { path: "/api/unknown" };
      const { status } = await send(name, call);
      if (status < 400 || status >= 500) admitted.push(`${name}: ${status}`);
    }
    expect(admitted).toEqual([]);
  });

  test.each(Object.keys(rules))("%s refuses everybody who may not make the call", async (name) => {
    const { call, answers = {}, isOff } = rules[name]!;
    for (const who of outsiders) {
      const { status, text } = await send(name, call(people[who]));
      const isRefused = status >= 400 && status < 500;
      expect([who, status, isRefused]).toEqual([who, status, isOff !== undefined || answers[who] === undefined]);
      if (who !== "viewer") expect(text).not.toMatch(new RegExp(`Orchard|${Object.values(actionIds).join("|")}`));
    }
    const { status, text } = await send(name, call(people.insider));
    expect([status >= 200 && status < 300, status, text.slice(0, 300)]).toEqual([
      isOff === undefined,
      status,
      text.slice(0, 300),
    ]);
  });
});
