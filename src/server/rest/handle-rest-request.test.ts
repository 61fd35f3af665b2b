import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { emptyFilter } from "@/domain/filter/schema";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { makeUser } from "@/test/people";
import { makeToken, restCaller } from "@/test/rest";
import { useTestContext } from "@/test/use-test-context";
import { makeEndpointOutsideProjects } from "./endpoint";
import { TOKEN_RATE } from "./authenticate-call";
import { REST_BODY_BYTES_MAX } from "./handle-rest-request";
import { restEndpoints } from "./endpoints";

const { ctx, receiver } = useTestContext();
let call: ReturnType<typeof restCaller>;
let projectId: string;
let userId: string;
let token: string;
let triggers: string;
let actionId: string;

beforeAll(async () => {
  call = restCaller(ctx);
  projectId = (await makeProject(ctx)).id;
  userId = (await makeUser(ctx, { [projectId]: "admin" })).id;
  ({ token } = await makeToken(ctx, { userId, projectId }));
  triggers = `/projects/${projectId}/triggers`;
  actionId = (await makeAction(ctx, projectId, receiver.url("200"))).id;
});

const form = (change: object = {}) => ({
  name: "Errors",
  eventSource: "observation.created",
  filter: levelIs("ERROR"),
  actionIds: [actionId],
  ...change,
});
const create = async (change: object = {}) => (await call(`POST ${triggers}`, { token, body: form(change) })).body;

describe("tokens", () => {
  test.each([
    ["no token", {}, "missing_token"],
    ["a token of another system", { token: "ghp_abc" }, "invalid_token"],
    ["an unknown token", { token: "tsa_unknown" }, "invalid_token"],
  ])("%s gets 401 with a way to get one", async (_name, options, code) => {
    const { status, body, headers } = await call("GET /projects", options);
    expect([status, body.code]).toEqual([401, code]);
    expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(headers.get("content-type")).toBe("application/problem+json");
  });

  test("an expired and a revoked token say so", async () => {
    const old = await makeToken(ctx, { userId, expiresInDays: 1 });
    const revoked = await makeToken(ctx, { userId });
    await ctx.db.apiToken.update({ where: { id: old.id }, data: { expiresAt: new Date(ctx.now().getTime() - 1) } });
    await ctx.db.apiToken.update({ where: { id: revoked.id }, data: { revokedAt: ctx.now() } });
    expect((await call("GET /projects", { token: old.token })).body.code).toBe("expired_token");
    expect((await call("GET /projects", { token: revoked.token })).body.code).toBe("revoked_token");
  });

  test("a call writes down when its token was used last", async () => {
    const { id, token: fresh } = await makeToken(ctx, { userId });
    await call("GET /projects", { token: fresh });
    expect((await ctx.db.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt).toEqual(ctx.now());
  });

  test("a scope that is missing is named", async () => {
    const { token: reader } = await makeToken(ctx, { userId, projectId, scopes: ["read"] });
    const { status, body } = await call(`POST ${triggers}`, { token: reader, body: form() });
    expect([status, body.code]).toEqual([403, "missing_scope"]);
    expect(body.detail).toContain("scope write");
  });

  test("a token can do less when its maker loses a role, and nothing when the maker leaves", async () => {
    const maker = await makeUser(ctx, { [projectId]: "member" });
    const { token: theirs } = await makeToken(ctx, { userId: maker.id, projectId });
    expect((await call(`POST ${triggers}`, { token: theirs, body: form() })).status).toBe(201);
    const where = { projectId_userId: { projectId, userId: maker.id } };
    await ctx.db.membership.update({ where, data: { role: "viewer" } });
    expect((await call(`POST ${triggers}`, { token: theirs, body: form() })).body.code).toBe("forbidden");
    expect((await call(`GET ${triggers}`, { token: theirs })).status).toBe(200);
    await ctx.db.membership.delete({ where });
    const left = await call(`GET ${triggers}`, { token: theirs });
    expect([left.status, left.body.code]).toEqual([403, "maker_left"]);
    expect(left.body.detail).toContain(maker.email);
  });

  test("a project's token opens no other project of its maker", async () => {
    const other = (await makeProject(ctx)).id;
    await ctx.db.membership.create({ data: { projectId: other, userId, role: "owner" } });
    expect((await call(`GET /projects/${other}/triggers`, { token })).status).toBe(404);
    const { body } = await call("GET /projects", { token });
    expect((body.items as { id: string }[]).map(({ id }) => id)).toEqual([projectId]);
  });

  test("a change is audited as the token, with its maker", async () => {
    const { id } = await create({ name: "Audited" });
    const row = await ctx.db.auditLog.findFirstOrThrow({ where: { projectId, targetId: id as string } });
    expect(row.actorId).toMatch(/^tok_/);
    expect(row.actorLabel).toContain("the token “Test” of ");
  });
});

describe("requests", () => {
  test("an unknown address, method, media type and size each get their own status", async () => {
    expect((await call("GET /nothing", { token })).body.code).toBe("unknown_endpoint");
    const wrong = await call(`DELETE ${triggers}`, { token });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, POST"]);
    const media = await call(`POST ${triggers}`, { token, body: "a=b", headers: { "content-type": "text/plain" } });
    expect(media.status).toBe(415);
    const packed = await call(`POST ${triggers}`, { token, body: "x", headers: { "content-encoding": "gzip" } });
    expect([packed.status, packed.body.detail]).toEqual([415, expect.stringContaining("without compression")]);
    const large = await call(`POST ${triggers}`, { token, body: " ".repeat(REST_BODY_BYTES_MAX + 1) });
    expect([large.status, large.body.code]).toEqual([413, "too_large"]);
    expect((await call(`POST ${triggers}`, { token, body: "{" })).body.code).toBe("invalid_json");
  });

  test("a fault in a body is named with its place", async () => {
    const { status, body } = await call(`POST ${triggers}`, { token, body: form({ samplingRate: 7 }) });
    expect([status, body.code]).toEqual([400, "invalid_request"]);
    expect(body.errors).toEqual([{ pointer: "/samplingRate", detail: "At most 100 %." }]);
    const filter = { type: "group", match: "all", children: [{ type: "condition", column: "x", operator: "=" }] };
    const unfit = await call(`POST ${triggers}`, { token, body: form({ filter }) });
    expect((unfit.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toContain("/filter/0");
  });

  test("a number of a filter keeps digits that JavaScript would round, in POST and in PATCH", async () => {
    const over = (digits: string) =>
      `{"type":"condition","column":"metadata","key":"account","operator":"=","value":${digits}}`;
    const send = (method: string, change: string) =>
      call(method, { token, body: `{${change}}`, headers: { "content-type": "application/json" } });
    const group = (digits: string) => `"filter":{"type":"group","match":"all","children":[${over(digits)}]}`;
    const rest = JSON.stringify(form({ filter: undefined })).slice(1, -1);
    const made = await send(`POST ${triggers}`, `${rest},${group("12345678901234567891")}`);
    expect(made.body).toMatchObject({ filter: { children: [{ value: "12345678901234567891" }] } });
    const changed = await send(`PATCH ${triggers}/${String(made.body.id)}`, group("0.12345678901234567891"));
    expect(changed.body).toMatchObject({ filter: { children: [{ value: "0.12345678901234567891" }] } });
  });

  test("a misspelt field is refused at any depth, and a field of the answer is not", async () => {
    const { body } = await call(`POST ${triggers}`, { token, body: form({ samplingrate: 0.5 }) });
    expect(body.errors).toEqual([{ pointer: "/samplingrate", detail: "This field is unknown." }]);
    const configuration = { url: receiver.url("200"), timeouts: { connectms: 5 } };
    const action = { name: "Pager", type: "webhook", configuration };
    const answer = await call(`POST /projects/${projectId}/actions`, { token, body: action });
    expect(answer.body.errors).toEqual([
      { pointer: "/configuration/timeouts/connectms", detail: "This field is unknown." },
    ]);
    expect((await call(`POST ${triggers}`, { token, body: form({ version: 3, sentence: "x" }) })).status).toBe(201);
  });

  test("an unknown parameter of the query is refused with the known ones", async () => {
    const { status, body } = await call(`GET ${triggers}?serch=x`, { token });
    expect([status, body.code]).toEqual([400, "invalid_request"]);
    expect(body.detail).toContain("search");
  });

  test("a time before the year 1 is refused with its place", async () => {
    const { status, body } = await call(`GET /projects/${projectId}/executions?from=0000-12-31T23:59:59Z`, { token });
    expect([status, body.errors]).toEqual([400, [{ pointer: "/from", detail: "Use a time in the years 1 to 9999." }]]);
  });

  test("the caller's request id comes back, and without one the answer has a new one", async () => {
    expect(
      (await call("GET /token", { token, headers: { "x-request-id": "ci-42" } })).headers.get("x-request-id"),
    ).toBe("ci-42");
    const problem = await call("GET /nothing", { token, headers: { "x-request-id": "a b" } });
    expect(problem.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
    expect(problem.body.requestId).toBe(problem.headers.get("x-request-id"));
  });

  test("a token over its rate gets 429 with Retry-After, and another token does not", async () => {
    const busy = await makeToken(ctx, { userId });
    await ctx.db.tokenBucket.create({
      data: { name: `token:${busy.id}`, tokens: -TOKEN_RATE.perSecond, granted: 0, refilledAt: ctx.now() },
    });
    const { status, headers } = await call("GET /token", { token: busy.token });
    expect([status, Number(headers.get("retry-after")) >= 1]).toEqual([429, true]);
    expect((await call("GET /token", { token })).status).toBe(200);
  });

  test("an endpoint that is deprecated says so in its headers", async () => {
    const old = makeEndpointOutsideProjects(
      {
        id: "old",
        method: "GET",
        path: "/old",
        tag: "Old",
        summary: "Old",
        answer: z.object({}),
        deprecation: { since: new Date("2026-01-01"), ends: new Date("2027-01-01"), replacedBy: "/new" },
      },
      () => Promise.resolve({}),
    );
    const { headers } = await restCaller(ctx, [old])("GET /old", { token });
    expect(headers.get("deprecation")).toBe("@1767225600");
    expect(headers.get("sunset")).toBe("Fri, 01 Jan 2027 00:00:00 GMT");
    expect(headers.get("link")).toContain("/api/v1/new");
  });
});

describe("versions", () => {
  test("If-Match with an older version answers 412 with the current one, and changes nothing", async () => {
    const { id } = await create();
    const first = await call(`PATCH ${triggers}/${id as string}`, {
      token,
      body: { name: "One" },
      headers: { "if-match": '"1"' },
    });
    expect([first.status, first.headers.get("etag")]).toEqual([200, '"2"']);
    const late = await call(`PATCH ${triggers}/${id as string}`, {
      token,
      body: { name: "Two" },
      headers: { "if-match": '"1"' },
    });
    expect([late.status, late.body.code, late.headers.get("etag")]).toEqual([412, "version_mismatch", '"2"']);
    const late2 = await call(`DELETE ${triggers}/${id as string}`, { token, headers: { "if-match": '"1"' } });
    expect(late2.status).toBe(412);
    expect((await call(`GET ${triggers}/${id as string}`, { token })).body.name).toBe("One");
    const odd = await call(`PATCH ${triggers}/${id as string}`, {
      token,
      body: {},
      headers: { "if-match": "yesterday" },
    });
    expect(odd.status).toBe(412);
  });

  test("each change of a trigger or an action that names another version answers 412 and changes nothing", async () => {
    const { id } = await create();
    const [trigger, action] = [`${triggers}/${id as string}`, `/projects/${projectId}/actions/${actionId}`];
    const shadow = { filter: levelIs("WARNING"), samplingRate: 1, samplingBy: "source" };
    expect((await call(`PUT ${trigger}/shadow`, { token, body: shadow })).status).toBe(200);
    const read = async () =>
      Promise.all(
        [trigger, `${trigger}/shadow`, action].map(async (path) => (await call(`GET ${path}`, { token })).body),
      );
    const before = await read();
    const documented = restEndpoints.filter(
      ({ method, hasVersion, location, path }) =>
        hasVersion && method !== "GET" && location === undefined && !path.includes("{version}"),
    );
    const tried = [
      ...documented.map(({ method, path }) => `${method} ${path}`),
      "POST /projects/{projectId}/triggers/{triggerId}/versions/1/restore",
      "POST /projects/{projectId}/actions/{actionId}/versions/1/restore",
    ].map((line) =>
      line
        .replace("{projectId}", projectId)
        .replace("{triggerId}", id as string)
        .replace("{actionId}", actionId),
    );
    for (const line of tried) {
      const whole = line.endsWith("/shadow") ? shadow : line.includes("/actions/") ? before[2] : before[0];
      const { status, body: answer } = await call(line, {
        token,
        headers: { "if-match": '"99"' },
        ...(line.startsWith("PUT") ? { body: whole } : line.startsWith("PATCH") ? { body: {} } : {}),
      });
      expect([line, status, answer.code]).toEqual([line, 412, "version_mismatch"]);
    }
    expect(await read()).toEqual(before);
  });

  test("PATCH changes only what it names, and null resets a field", async () => {
    const { id } = await create({ key: "errors", description: "Long", capPerHour: 5, samplingRate: 0.5 });
    const path = `${triggers}/${id as string}`;
    const before = (await call(`GET ${path}`, { token })).body;
    const after = (await call(`PATCH ${path}`, { token, body: { name: "New", capPerHour: null } })).body;
    expect(after).toEqual({ ...before, name: "New", capPerHour: null, version: 2, updatedAt: after.updatedAt });
  });

  test("PUT with what GET returned changes the version alone", async () => {
    const { id } = await create({ key: "same", delaySeconds: 60, delayMode: "quiet" });
    const path = `${triggers}/${id as string}`;
    const before = (await call(`GET ${path}`, { token })).body;
    const after = (await call(`PUT ${path}`, { token, body: before })).body;
    expect(after).toEqual({ ...before, version: 2, updatedAt: after.updatedAt });
  });
});

describe("Idempotency-Key", () => {
  /** Makes PostgreSQL refuse changes of stored requests: updates of such rows, and deletions if asked for. */
  async function refuseAnswers(which: string, also: "DELETE" | null = null): Promise<void> {
    await ctx.db.$executeRawUnsafe(
      `CREATE FUNCTION refuse_answer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`,
    );
    await ctx.db.$executeRawUnsafe(
      `CREATE TRIGGER refuse_update BEFORE UPDATE ON api_request FOR EACH ROW WHEN (NEW.${which})
        EXECUTE FUNCTION refuse_answer()`,
    );
    if (also)
      await ctx.db.$executeRawUnsafe(
        `CREATE TRIGGER refuse_delete BEFORE DELETE ON api_request FOR EACH ROW EXECUTE FUNCTION refuse_answer()`,
      );
    onTestFinished(allowAnswers);
  }
  async function allowAnswers(): Promise<void> {
    await ctx.db.$executeRawUnsafe("DROP FUNCTION IF EXISTS refuse_answer CASCADE");
  }
  const once = (key: string, body: object, as = token) =>
    call(`POST ${triggers}`, { token: as, body, headers: { "idempotency-key": key } });

  test("a repeat gets the first answer again and makes nothing", async () => {
    const [first, second] = [await once("k1", form()), await once("k1", form())];
    expect(second.body).toEqual(first.body);
    expect(second.status).toBe(201);
    expect([first, second].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
  });

  test("the same key with another body answers 422; another token has keys of its own", async () => {
    await once("k2", form());
    const reused = await once("k2", form({ name: "Other" }));
    expect([reused.status, reused.body.code]).toEqual([422, "idempotency_key_reused"]);
    const other = await makeToken(ctx, { userId, projectId });
    expect((await once("k2", form({ name: "Other" }), other.token)).status).toBe(201);
  });

  test("a refused request frees its key, and after 24 hours the key is new", async () => {
    expect((await once("k3", form({ name: "" }))).status).toBe(400);
    const first = await once("k3", form());
    expect(first.status).toBe(201);
    ctx.clock.advance(24 * 3_600_000 + 1);
    expect((await once("k3", form())).body.id).not.toBe(first.body.id);
  });

  test("two requests with one key at once make one trigger", async () => {
    const answers = await Promise.all([once("k4", form({ name: "Twin" })), once("k4", form({ name: "Twin" }))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await ctx.db.triggerConfiguration.count({ where: { projectId, name: "Twin" } })).toBe(1);
  });

  test("a request whose answer cannot be stored is answered, never runs twice, and its repeat says so", async () => {
    await refuseAnswers("status IS NOT NULL");
    const body = form({ name: "Lost answer" });
    expect((await once("k6", body)).status).toBe(201);
    const early = await once("k6", body);
    expect([early.status, early.body.code]).toEqual([409, "request_in_progress"]);
    ctx.clock.advance(120_001);
    const late = await once("k6", body);
    expect([late.status, late.body.code]).toEqual([409, "answer_lost"]);
    expect(await ctx.db.triggerConfiguration.count({ where: { projectId, name: "Lost answer" } })).toBe(1);
    ctx.clock.advance(24 * 3_600_000);
    await allowAnswers();
    expect((await once("k6", form({ name: "Next day" }))).status).toBe(201);
  });

  test("a request whose work is rolled back frees its key at once", async () => {
    await refuseAnswers("committed_at IS NOT NULL");
    const body = form({ name: "Rolled back" });
    expect((await once("k7", body)).status).toBe(500);
    await allowAnswers();
    expect((await once("k7", body)).status).toBe(201);
    expect(await ctx.db.triggerConfiguration.count({ where: { projectId, name: "Rolled back" } })).toBe(1);
  });

  test("a request of a process that died before it changed anything runs again after two minutes", async () => {
    await refuseAnswers("committed_at IS NOT NULL", "DELETE");
    const body = form({ name: "Died" });
    expect((await once("k8", body)).status).toBe(500);
    await allowAnswers();
    expect((await once("k8", body)).status).toBe(409);
    ctx.clock.advance(120_001);
    expect((await once("k8", body)).status).toBe(201);
  });

  test("the stored answer of a new action holds its secret encrypted", async () => {
    const body = { name: "Pager", type: "webhook", configuration: { url: receiver.url("200") } };
    const send = () =>
      call(`POST /projects/${projectId}/actions`, { token, body, headers: { "idempotency-key": "k5" } });
    const secret = (await send()).body.signingSecret as string;
    expect(secret).toMatch(/^whsec_/);
    expect((await send()).body.signingSecret).toBe(secret);
    const rows = await ctx.db.apiRequest.findMany();
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe("lists", () => {
  test("a walk over the cursors finds each row once, and Link leads to the next page", async () => {
    const own = (await makeProject(ctx)).id;
    await ctx.db.membership.create({ data: { projectId: own, userId, role: "owner" } });
    const { token: personal } = await makeToken(ctx, { userId, scopes: ["read"] });
    const made = [];
    for (let index = 0; index < 5; index++) made.push((await makeTrigger(ctx, own, [])).id);
    const seen: string[] = [];
    let path: string | null = `/projects/${own}/triggers?limit=2`;
    while (path !== null) {
      const { body, headers } = await call(`GET ${path}`, { token: personal });
      seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
      path = /<\/api\/v1(.+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? null;
      expect(path === null).toBe(body.nextCursor === null);
    }
    expect(seen.sort()).toEqual(made.sort());
    expect((await call(`GET /projects/${own}/triggers?cursor=x`, { token: personal })).status).toBe(400);
  });

  test("an explanation says of each condition whether it holds and whether it should", async () => {
    const none = { type: "group", match: "none", children: levelIs("DEBUG").children };
    const filter = { ...levelIs("ERROR"), children: [...levelIs("ERROR").children, none] };
    const { id } = await create({ name: "Explained", filter });
    await createExecutions(ctx, createTriggerCache(), {
      projectId,
      eventSource: "observation.created",
      events: [makeEvent(ctx, { id: "explained", level: "WARNING" })],
    });
    const { body } = await call(`GET /projects/${projectId}/triggers/${id}/explanation?observationId=explained`, {
      token,
    });
    expect(body.now).toMatchObject({
      conditions: [
        { path: [0], groups: ["all"], operator: "any of", passed: false, expected: true },
        { path: [1, 0], groups: ["all", "none"], operator: "any of", passed: false, expected: false },
      ],
    });
  });

  test("a trigger is found by its key, and a key is given once", async () => {
    const { id } = await create({ key: "by-key", filter: emptyFilter });
    const { body } = await call(`GET ${triggers}?key=by-key`, { token });
    expect((body.items as { id: string }[]).map((item) => item.id)).toEqual([id]);
    const twice = await call(`POST ${triggers}`, { token, body: form({ key: "by-key" }) });
    expect([twice.status, (twice.body.errors as { pointer: string }[])[0]!.pointer]).toEqual([409, "/key"]);
    await call(`DELETE ${triggers}/${id as string}`, { token });
    expect((await call(`POST ${triggers}`, { token, body: form({ key: "by-key" }) })).status).toBe(201);
  });
});
