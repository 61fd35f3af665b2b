import { randomBytes } from "node:crypto";
import fc from "fast-check";
import superjson from "superjson";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import { all, condition } from "@/domain/filter/testing";
import { parseEnv } from "@/env";
import { makeAction, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { makeUser, TEST_PASSWORD } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { handleTrpcRequest } from "./api/handle-trpc-request";
import { createBetterAuth } from "./auth/auth";
import { receiveEvents } from "./event-intake";
import type { Runtime } from "./runtime";

/*
 * Values of an application pass every stage unchanged: event endpoint, engine with the real SDK, matching, stored state
 * and webhook. Each reading procedure shows them over HTTP, as the browser calls it.
 */

const { database, receiver } = useTestContext();
const APP = "http://localhost:3000";
let runtime: Runtime;
let cookie: string;
let projectId: string;
let key: string;

beforeAll(async () => {
  const parsed = parseEnv({
    DATABASE_URL: database.connectionString,
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    WEBHOOK_ALLOWED_HOSTS: receiver.allowedHosts.join(","),
    LOG_LEVEL: "silent",
  });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  globalThis.__triggerSystemEnv = parsed.env;
  const { getRuntime } = await import("./runtime");
  runtime = await getRuntime();
});
afterAll(async () => {
  await runtime.stop();
  globalThis.__triggerSystemRuntime = undefined;
  globalThis.__triggerSystemEnv = undefined;
});

beforeEach(async () => {
  receiver.clear();
  const { context } = runtime;
  projectId = (await makeProject(context)).id;
  key = await makeEventKey(context, projectId);
  const { email } = await makeUser(context, { [projectId]: "owner" });
  auth = createBetterAuth({ db: context.db, env: context.env, secret: "a secret for tests only, long enough" });
  const response = await auth.api.signInEmail({ body: { email, password: TEST_PASSWORD }, asResponse: true });
  cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
});
let auth: ReturnType<typeof createBetterAuth>;

const send = async (raw: string | Buffer<ArrayBuffer>): Promise<{ status: number; error?: string }> =>
  (await (
    await receiveEvents(runtime, new Request(`${APP}/e/key`, { method: "POST", body: raw }), { key })
  ).json()) as never;

const observationEvent = (observation: string): string =>
  `{"name":"observation.created","data":{"observation":${observation}}}`;

/** Calls a procedure as the browser does, and throws on any status but 200. */
async function call(procedure: string, input: object, method: "GET" | "POST" = "GET"): Promise<unknown> {
  const text = JSON.stringify(superjson.serialize({ projectId, ...input }));
  const url = `${APP}/api/trpc/${procedure}`;
  const request =
    method === "GET"
      ? new Request(`${url}?input=${encodeURIComponent(text)}`, { headers: { cookie } })
      : new Request(url, { method, headers: { cookie, origin: APP, "content-type": "application/json" }, body: text });
  const response = await handleTrpcRequest(
    { base: runtime.context, auth, env: runtime.context.env, bodies: runtime.bodies },
    request,
  );
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`${procedure}: ${response.status} ${answer.slice(0, 500)}`);
  return superjson.deserialize((JSON.parse(answer) as { result: { data: never } }).result.data);
}

/** Makes a trigger with an action of its own, which posts to a path that ends in `name`. */
async function triggerOf(name: string, filter: Filter, change: object = {}): Promise<string> {
  const action = await makeAction(runtime.context, projectId, receiver.url("200", name), { detail: "full", ...change });
  return (await makeTrigger(runtime.context, projectId, [action.id], { filter })).id;
}
const bodiesOf = (name: string): string[] =>
  receiver.requests.filter(({ path }) => path.endsWith(`/${name}`)).map(({ rawBody }) => rawBody);

/** Waits until all of these observations are stored or rejected, and no execution waits. */
async function settled(count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { db } = runtime.context;
        const stored = await db.observation.count({ where: { projectId } });
        const rejected = await db.rejectedEvent.count({ where: { projectId } });
        // Checked last, because executions are written together with their observations.
        const waiting = await db.actionExecution.count({
          where: { projectId, status: { in: ["PENDING", "RUNNING"] } },
        });
        return { seen: stored + rejected, waiting };
      },
      { timeout: 30_000 },
    )
    .toEqual({ seen: count, waiting: 0 });
}

describe("numbers", () => {
  const ID = "1983516295378495150";

  test("an id beyond 2^53 matches itself alone, and goes out with its digits", async () => {
    await triggerOf("same", all(condition(["metadata", "testId"], "=", ID)));
    await triggerOf("rounded", all(condition(["metadata", "testId"], "=", "1983516295378495200")));
    await triggerOf("above", all(condition(["metadata", "testId"], ">", "1983516295378495149")));
    await triggerOf("not above", all(condition(["metadata", "testId"], ">", ID)));
    await triggerOf("template", all(), {
      template: '{"id":{{ observation.metadata.testId }},"all":{{ observation.output | json }}}',
    });
    const output = '[9054686819491029395,{"cost":0.12345678901234567891}]';
    await send(observationEvent(`{"id":"a","metadata":{"testId":${ID}},"output":${output}}`));
    await settled(1);
    expect(["same", "rounded", "above", "not above"].map((name) => bodiesOf(encodeURIComponent(name)).length)).toEqual([
      1, 0, 1, 0,
    ]);
    expect(bodiesOf("same")[0]).toContain(`"metadata":{"testId":${ID}},"output":${output}`);
    expect(bodiesOf("template")).toEqual([`{"id":${ID},"all":${output}}`]);
    const { state } = (await call("observation.get", { observationId: "a" })) as { state: string };
    expect(state).toContain(`"metadata":{"testId":${ID}},"output":${output}`);
  });

  test("a number out of range rejects its event alone, with the place in the reason", async () => {
    const of = (id: string, rest: string) => observationEvent(`{"id":"${id}",${rest}}`);
    await send(
      `[${of("a", '"latency":1e400')},${of("b", '"metadata":{"list":[{"score":-1e400}]}')},${of("c", '"latency":1')}]`,
    );
    await settled(3);
    const { items } = (await call("rejectedEvent.list", {})) as { items: { id: string; reason: string }[] };
    expect(items.map(({ reason }) => reason).sort()).toEqual([
      "observation.latency: must be a finite number",
      "observation.metadata.list.0.score: is -1e400, which is beyond the range of a number",
    ]);
    const bodies = await Promise.all(
      items.map(
        async ({ id }) => ((await call("rejectedEvent.get", { rejectedEventId: id })) as { body: string }).body,
      ),
    );
    expect(bodies.join()).toContain('"score":-1e400');
  });

  test.each([
    [">", 0],
    [">=", 1],
    ["<=", 1],
    ["=", 1],
  ] as const)("0.1 + 0.2 dollars %s 0.3 fires %i times", async (operator, times) => {
    await triggerOf("cost", all(condition("totalCost", operator, 0.3)));
    await send(observationEvent('{"id":"a","costDetails":{"input":0.1,"output":0.2}}'));
    await settled(1);
    expect(bodiesOf("cost")).toHaveLength(times);
    for (const body of bodiesOf("cost")) expect(body).toContain('"totalCost":0.3');
  });
});

test.each([
  ['"metadata":"{\\"tenant\\":\\"acme\\",\\"n\\":3}"', condition(["metadata", "tenant"], "=", "acme"), ["metadata"]],
  ['"input":"{\\"user\\":{\\"id\\":7}}"', condition(["input", "user.id"], "=", "7"), ["input"]],
  [
    '"metadata":{"attributes":"{\\"k\\":\\"v\\"}"}',
    condition(["metadata", "attributes.k"], "=", "v"),
    ["metadata.attributes"],
  ],
] as const)("JSON in a text is asked by key, says so, and goes out as it came: %s", async (field, asked, jsonTexts) => {
  const triggerId = await triggerOf("json", all(asked));
  await send(observationEvent(`{"id":"a",${field}}`));
  await settled(1);
  expect(bodiesOf("json")[0]).toContain(field);
  expect(await call("observation.get", { observationId: "a" })).toMatchObject({ jsonTexts });
  expect(await call("trigger.explain", { triggerId, sourceId: "a" })).toMatchObject({
    now: { conditions: [{ passed: true }] },
  });
  const question = { filter: all(asked), eventSource: "observation.created", samplingRate: 1, samplingBy: "source" };
  expect(await call("trigger.preview", question)).toMatchObject({ scanned: 1, matched: 1 });
});

test("headers of an answer are shown whatever their names, repeated ones apart", async () => {
  const triggerId = await triggerOf("odd", all(), {
    headers: [
      { name: "constructor", value: "sent" },
      { name: "__proto__", value: "sent too" },
    ],
  });
  const odd = { constructor: "x", __proto__x: "y", "set-cookie": ["a=1", "b=2"], prototype: "z" } as never;
  receiver.script(new URL(receiver.url("200", "odd")).pathname, [{ status: 200, body: "{}", headers: odd }]);
  await send(observationEvent('{"id":"a"}'));
  await settled(1);
  const { id } = await runtime.context.db.actionExecution.findFirstOrThrow({ where: { triggerId } });
  const { attempts } = (await call("execution.get", { executionId: id })) as {
    attempts: { request: { headers: [string, string][] }; responseHeaders: [string, string][] }[];
  };
  expect(attempts[0]!.request.headers).toEqual(
    expect.arrayContaining([
      ["constructor", "sent"],
      ["__proto__", "sent too"],
    ]),
  );
  expect(attempts[0]!.responseHeaders.map(([name]) => name)).toEqual(
    expect.arrayContaining(["constructor", "set-cookie", "set-cookie", "prototype"]),
  );
});

describe("whatever the endpoint accepts, every reading procedure shows", () => {
  const name = fc.oneof(
    fc.constantFrom("constructor", "prototype", "__proto__", "toString", "hasOwnProperty", "json", "meta", "a.b", ""),
    fc.string({ maxLength: 6 }),
  );
  const leaf = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }).map((text) => JSON.stringify(text)),
    fc.constantFrom("9007199254740993", "1e400", "-0", "1e-400", "0.30000000000000004", "true", "null", '"\\u0000"'),
    fc.constantFrom('"\\ud800"', '"{\\"constructor\\":1}"', "{}", "[]"),
  );
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.array(tie("json"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
      fc
        .array(fc.tuple(name, tie("json")), { maxLength: 4 })
        .map((members) => `{${members.map(([at, value]) => `${JSON.stringify(at)}:${value}`).join(",")}}`),
    ),
  }));
  const fields = fc.array(
    fc.tuple(
      fc.oneof(
        { arbitrary: fc.constantFrom("metadata", "input", "output", "toolCalls", "custom"), weight: 5 },
        { arbitrary: fc.constantFrom("usageDetails", "modelParameters", "latency", "tags"), weight: 1 },
        { arbitrary: name, weight: 2 },
      ),
      json,
    ),
    { maxLength: 5 },
  );
  const deep = (open: string, close: string, levels: number) =>
    `"output":${open.repeat(levels)}${close.repeat(levels)}`;
  const special = [
    '"__proto__":{"a":1},"constructor":{"prototype":[]},"prototype":"x"',
    '"metadata":{"__proto__":{"polluted":true},"constructor":9007199254740993}',
    '"usageDetails":{"__proto__":1,"constructor":2,"input":3},"modelParameters":{"__proto__":{}}',
    deep("[", "]", 400),
    deep('{"constructor":', "}", 400).replace("}}", "1}}"),
    deep("[", "]", 3_000),
    `"output":[${"0,".repeat(200_000)}0]`,
    `"output":{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":${n}`).join(",")}}`,
  ];

  test("members of any name, numbers of any length, nesting of any depth, lists of any size", async () => {
    const triggerId = await triggerOf("shown", all(condition("id", "starts with", "obs")));
    await triggerOf("never", all(condition(["metadata", "constructor"], "is null"), condition("id", "=", "x")));
    const random = fc.sample(fields, { seed: 20_261_129, numRuns: 60 });
    const observations = [
      ...special,
      ...random.map((members) => members.map(([at, value]) => `${JSON.stringify(at)}:${value}`).join(",")),
    ].map((rest, index) => `{${rest}${rest === "" ? "" : ","}"id":"obs-${index}"}`);
    expect(await send(`[${observations.map(observationEvent).join(",")}]`)).toMatchObject({ status: 200 });
    await settled(observations.length);

    const { db } = runtime.context;
    const stored = await db.observation.findMany({ where: { projectId }, select: { id: true, state: true } });
    expect(stored.length).toBeGreaterThan(20);
    expect(stored.filter(({ state }) => state?.includes('"__proto__":')).length).toBeGreaterThan(3);
    for (const { id, state } of stored) {
      const shown = (await call("observation.get", { observationId: id })) as { state: string };
      expect(JSON.parse(shown.state)).toEqual((JSON.parse(state!) as { observation: unknown }).observation);
      await call("observation.explain", { observationId: id });
      await call("trigger.explain", { triggerId, sourceId: id });
    }
    const executions = await db.actionExecution.findMany({ where: { projectId }, select: { id: true, status: true } });
    expect(executions).toHaveLength(stored.length);
    for (const { id } of executions) await call("execution.get", { executionId: id });
    expect(bodiesOf("shown").find((body) => body.includes('"id":"obs-0"'))).toContain(
      '"constructor":{"prototype":[]},"prototype":"x","__proto__":{"a":1}',
    );
    for (const procedure of ["observation.list", "execution.list", "rejectedEvent.list", "overview.get"])
      await call(procedure, {});
    await call("observation.list", { search: "constructor" });
    for (const { id } of await db.rejectedEvent.findMany({ where: { projectId }, select: { id: true } }))
      await call("rejectedEvent.get", { rejectedEventId: id });
    for (const column of ["metadata", "modelParameters", "usageDetails", "name", "tags", "level"]) {
      await call("observation.columnValues", { eventSource: "observation.created", column });
      for (const at of ["constructor", "__proto__", "input"])
        await call("observation.columnValues", { eventSource: "observation.created", column, key: at });
    }
    const filter = all(condition(["metadata", "constructor"], "is not null"));
    await call("trigger.preview", {
      filter,
      eventSource: "observation.created",
      samplingRate: 1,
      samplingBy: "source",
    });
    const { id: actionId } = await db.actionConfiguration.findFirstOrThrow({ where: { projectId } });
    for (const id of ["obs-0", "obs-1"]) {
      await call("action.sendTest", { actionId, event: { kind: "stored", id } }, "POST");
      const template = "{{ observation | json }}";
      await call("action.previewTemplate", { template, detail: "full", observationId: id }, "POST");
    }
  });

  test("an event nested 10,000 levels deep is refused with a message", async () => {
    const text = observationEvent(`{"id":"a",${deep("[", "]", 10_000)}}`);
    expect(await send(text)).toMatchObject({ status: 400, error: expect.stringContaining("nested too deeply") });
    const long = observationEvent(`{"id":"a","n":9007199254740993,${deep("[", "]", 10_000)}}`);
    expect(await send(long)).toMatchObject({ status: 400, error: expect.stringContaining("nested too deeply") });
  });
});
