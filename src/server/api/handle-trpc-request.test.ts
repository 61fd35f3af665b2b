import { beforeAll, describe, expect, test } from "vitest";
import { createTRPCClient } from "@trpc/client";
import superjson from "superjson";
import type { Filter } from "@/domain/filter/schema";
import { makeTrpcLinks } from "@/lib/trpc/links";
import { createBetterAuth, type BetterAuthInstance } from "@/server/auth/auth";
import { createBodyBudgets } from "@/server/body-budgets";
import { type TestContext } from "@/test/context";
import { makeProject } from "@/test/factories";
import { makeUser, TEST_PASSWORD } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { handleTrpcRequest } from "./handle-trpc-request";
import type { AppRouter } from "./root";

const APP = "http://localhost:3000";
const { ctx } = useTestContext();
let auth: BetterAuthInstance;
let cookie: string;

beforeAll(async () => {
  auth = createBetterAuth({ db: ctx.db, env: ctx.env, secret: "a secret for tests only, long enough" });
  const { email } = await makeUser(ctx);
  const response = await auth.api.signInEmail({ body: { email, password: TEST_PASSWORD }, asResponse: true });
  cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
});

const deps = () => ({ base: ctx, auth, env: ctx.env, bodies: createBodyBudgets() });
const create = (name: unknown, headers: Record<string, string> = {}, base = ctx) =>
  handleTrpcRequest(
    { ...deps(), base },
    new Request(`${APP}/api/trpc/project.create`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie, ...headers },
      body: JSON.stringify(superjson.serialize({ name })),
    }),
  );
type ErrorBody = { error: { json: { message: string; data: Record<string, unknown> } } };

test("a call of the app's own page is answered, by session, and not cached", async () => {
  const response = await create("From a page", { origin: APP, "sec-fetch-site": "same-origin" });
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const other = await create("Through another address", { origin: "http://10.0.0.5:3000", host: "10.0.0.5:3000" });
  expect(other.status).toBe(200);
  expect((await create("Nobody", { cookie: "" })).status).toBe(401);
});

test("a request of another site or a form is refused, and changes nothing", async () => {
  const before = await ctx.db.project.count();
  const refused = [
    await create("x", { origin: "https://evil.example" }),
    await create("x", { origin: "null" }),
    await create("x", { "sec-fetch-site": "cross-site" }),
    await create("x", { "content-type": "text/plain" }),
    await create("x".repeat(1_100_000)),
  ];
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 415, 413]);
  expect(await ctx.db.project.count()).toBe(before);
});

test("a mutation is not reachable by GET", async () => {
  const response = await handleTrpcRequest(
    deps(),
    new Request(
      `${APP}/api/trpc/project.create?input=${encodeURIComponent(JSON.stringify(superjson.serialize({ name: "x" })))}`,
      { headers: { cookie } },
    ),
  );
  expect(response.status).toBe(405);
});

test("an answer to bad input names the field and the change it needs", async () => {
  const response = await create("");
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as ErrorBody;
  expect(error.json).toMatchObject({
    message: "Some fields need a change.",
    data: { code: "BAD_REQUEST", fields: { name: "Enter a name." } },
  });
  expect(error.json.data).not.toHaveProperty("stack");
});

test("an unforeseen error is logged under an id, and its text is not sent", async () => {
  const lines: { requestId: string }[] = [];
  const log = { error: (line: { requestId: string }) => lines.push(line) } as unknown as TestContext["log"];
  const now = (): Date => {
    throw new Error("password of the database: hunter2");
  };
  const response = await create("x", {}, { ...ctx, log, now });
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).not.toContain("hunter2");
  expect(text).toContain(lines[0]!.requestId);
});

test("a call during a database outage is 503 and a warning, in its service and in the session look-up", async () => {
  const lines: object[] = [];
  // Each call has a log of its own, because a log has this warning once a minute.
  const makeLog = () => ({ warn: (line: object) => lines.push(line) }) as unknown as TestContext["log"];
  const away = Object.assign(new Error("terminating connection to db.internal"), { code: "57P01" });
  const now = (): Date => {
    throw away;
  };
  const api = { ...auth.api, getSession: () => Promise.reject(away) };
  const answers = [
    await create("x", {}, { ...ctx, log: makeLog(), now }),
    await handleTrpcRequest(
      { ...deps(), base: { ...ctx, log: makeLog() }, auth: { ...auth, api } as unknown as BetterAuthInstance },
      new Request(`${APP}/api/trpc/project.list`, { headers: { cookie } }),
    ),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    const { error } = (await answer.json()) as ErrorBody;
    expect(error.json).toMatchObject({
      message: "The server is not available right now. Try again in a moment.",
      data: { code: "SERVICE_UNAVAILABLE", retryAfterSeconds: 5 },
    });
  }
  expect(lines).toMatchObject([
    { err: away.message, path: "project.create" },
    { err: away.message, path: "project.list" },
  ]);
});

test("a text that cannot be stored is refused at its field", async () => {
  const response = await create("a\0b");
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as ErrorBody;
  expect(error.json).toMatchObject({
    message: "Some fields need a change.",
    data: { fields: { name: expect.stringContaining("NUL") } },
  });
});

test("a few kilobytes that mean a billion conditions are refused without counting them", async () => {
  let filter: unknown = { type: "group", match: "all", children: [] };
  const referentialEqualities: Record<string, string[]> = {};
  for (let level = 0, path = "filter"; level < 40; level++, path += ".children.0") {
    filter = { type: "group", match: "all", children: [filter, null] };
    referentialEqualities[`${path}.children.0`] = [`${path}.children.1`];
  }
  const body = JSON.stringify({
    json: { projectId: "prj", name: "x", eventSource: "observation.created", filter, actionIds: ["a"] },
    meta: { referentialEqualities },
  });
  const response = await handleTrpcRequest(
    deps(),
    new Request(`${APP}/api/trpc/trigger.create`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body,
    }),
  );
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("too many values");
});

describe("a failure around a call", () => {
  const logged = () => {
    const lines: { requestId: string; err: Error }[] = [];
    return {
      lines,
      log: { error: (line: { requestId: string; err: Error }) => lines.push(line) } as unknown as TestContext["log"],
    };
  };
  const inputOf = (input: object) => encodeURIComponent(JSON.stringify(superjson.serialize(input)));

  test("in the look-up of the session is logged under the id that the browser gets, without its text", async () => {
    const { lines, log } = logged();
    const away = {
      ...auth,
      api: { ...auth.api, getSession: () => Promise.reject(new Error("no route to db.internal:5432")) },
    } as unknown as BetterAuthInstance;
    const response = await handleTrpcRequest(
      { ...deps(), base: { ...ctx, log }, auth: away },
      new Request(`${APP}/api/trpc/project.list,account.me?batch=1`, { headers: { cookie } }),
    );
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain("db.internal");
    expect(lines[0]!.err.message).toContain("db.internal");
    expect(text).toContain(lines[0]!.requestId);
  });

  test("in a running stream is logged in the same way", async () => {
    const { lines, log } = logged();
    const user = await ctx.db.user.findFirstOrThrow({ select: { id: true } });
    const { id: projectId } = await makeProject(ctx, { memberships: { create: { userId: user.id, role: "viewer" } } });
    const live: TestContext["live"] = {
      ...ctx.live,
      async *subscribe() {
        throw new Error("no route to db.internal:5432");
      },
    };
    const request = new Request(`${APP}/api/trpc/live.changes?input=${inputOf({ projectId })}`, {
      headers: { cookie, accept: "text/event-stream" },
    });
    const text = await (await handleTrpcRequest({ ...deps(), base: { ...ctx, live, log } }, request)).text();
    expect(text).toContain("serialized-error");
    expect(text).not.toContain("db.internal");
    expect(text).toContain(lines[0]!.requestId);
  });
});

describe("a query whose input is too long for a URL", () => {
  const ids = (count: number): string[] => Array.from({ length: count }, () => crypto.randomUUID());
  const filterOf = (values: string[][]): Filter => ({
    type: "group",
    match: "all",
    children: values.map((value) => ({ type: "condition", column: "traceName", operator: "any of", value })),
  });

  test.each([
    ["one list of 100 ids", [ids(100)], "GET"],
    ["one list of 500 ids", [ids(500)], "POST"],
    ["20 lists of 500 ids", Array.from({ length: 20 }, () => ids(500)), "POST"],
    ["Japanese text of 4,096 characters", [["条".repeat(4_096)]], "POST"],
  ])("is answered through the links of the browser: %s", async (_what, values, method) => {
    const user = await ctx.db.user.findFirstOrThrow({ select: { id: true } });
    const { id: projectId } = await makeProject(ctx, { memberships: { create: { userId: user.id, role: "member" } } });
    const calls: Request[] = [];
    const call: typeof fetch = (input, init) => {
      const request = new Request(input as string, init);
      request.headers.set("cookie", cookie);
      calls.push(request);
      return handleTrpcRequest(deps(), request);
    };
    const client = createTRPCClient<AppRouter>({ links: makeTrpcLinks(`${APP}/api/trpc`, { fetch: call }) });
    const preview = await client.trigger.preview.query({
      projectId,
      eventSource: "observation.created",
      filter: filterOf(values),
      samplingRate: 1,
      samplingBy: "source",
    });
    expect(preview).toMatchObject({ scanned: 0, problem: null });
    expect(calls.map((each) => each.method)).toEqual([method]);
    expect(calls[0]!.url.length).toBeLessThanOrEqual(8_000);
  });
});
