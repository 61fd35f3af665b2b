import pino from "pino";
import superjson from "superjson";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProjectFiles } from "@/domain/as-code/configuration-files";
import { deliverAll } from "@/test/deliver";
import { testDependencies } from "@/test/dependencies";
import { makeAction, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { findText } from "@/test/find-text";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createBodyBudgets } from "./body-budgets";
import { receiveEvents } from "./event-intake";
import { createEventReader } from "./event-reader/event-reader";
import type { EventForFunction } from "./inngest/events";
import { groupStampedEvents } from "./inngest/group-stamped-events";
import { receiveLangfuseBatch } from "./intake/receive-langfuse-batch";
import { receiveTraces } from "./intake/receive-traces";
import { createRateLimiter } from "./rate-limit";
import { createExecutions } from "./services/action-creation/create-executions";
import { planConfiguration } from "./services/as-code/plan-configuration";
import { makeSystemProjectContext, type SignedInUser } from "./services/access";
import type { StampedEvent } from "./services/redact-and-stamp-events";
import { writeEventKeyUseCounts } from "./services/sources/count-event-key-use";
import { storeRefusedEventsAsRejected } from "./services/unprocessed-events";

const { ctx, database, receiver } = useTestContext();
const logged: string[] = [];
const forwarded: StampedEvent[] = [];
const reader = createEventReader(pino({ level: "silent" }));
afterAll(() => reader.close());

/** Values that no table, log, page or payload may hold. */
const EMAIL = "seeded.person@seed.example";
const CARD = "4242 4242 4242 4242";
const KEY = `sk-proj-${"Seeded1".repeat(6)}`;
const CUSTOMER = "SEED-CUST-0815";
const NAME = "Seeded Name";
const NOTE = "seeded note, dropped";
const USER = "seeded-user-4711";
const SEEDED = [EMAIL, CARD, KEY, CUSTOMER, NAME, NOTE, USER];

let projectId: string;
let key: string;
let owner: SignedInUser;
const deps = () => ({ ...testDependencies(ctx), stampKey: "stamp key", trustEvents: true });

beforeAll(async () => {
  ctx.log = pino({ level: "trace" }, { write: (line) => void logged.push(line) });
  projectId = (await makeProject(ctx)).id;
  key = await makeEventKey(ctx, projectId);
  owner = await makeUser(ctx, { [projectId]: "owner" });
  const rules = [
    { find: "email", action: "hash" },
    { find: "card", action: "mask" },
    { find: "key", action: "drop" },
    { find: "expression", expression: "SEED-CUST-[0-9]+", action: "hash" },
    { find: "path", path: "metadata.customer.name", action: "mask" },
    { find: "path", path: "metadata.note", action: "drop" },
    { find: "path", path: "userId", action: "hash" },
  ];
  await api().redaction!.set!({ projectId, rules });
  const action = await makeAction(ctx, projectId, receiver.url("200"), { detail: "full" });
  await makeTrigger(ctx, projectId, [action.id], {
    filter: {
      type: "group",
      match: "all",
      children: [{ type: "condition", column: "userId", operator: "=", value: USER }],
    },
  });
});

type Caller = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
const api = () => callerOf(ctx, owner) as unknown as Caller;

const runtime = () => ({
  ...{ context: ctx, stampKey: "stamp key", bodies: createBodyBudgets(), rates: createRateLimiter(ctx) },
  ...{ isPaceLow: null, overload: () => null, eventReader: reader },
  forward: async (events: StampedEvent[]) => {
    forwarded.push(...events);
    return { status: 200, body: { ids: [], status: 200 } };
  },
});
const post = (path: string, body: unknown): Request =>
  new Request(`http://localhost${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "user-agent": `${EMAIL}/1.0` },
    body: JSON.stringify(body),
  });

/** Stores and matches events, as the functions do with a batch from the engine. */
async function match(events: EventForFunction[]): Promise<void> {
  const { groups, refused } = await groupStampedEvents(deps(), events);
  await storeRefusedEventsAsRejected(ctx, refused);
  for (const group of groups) await createExecutions(ctx, deps().triggers, { ...group });
}
const incoming = (): EventForFunction[] =>
  forwarded.splice(0).map(({ name, ts, json }) => ({ id: "", name, ts, data: JSON.parse(json) as object }));

/** An observation with every seeded value, where values are usual and where they are not. */
const observation = (id: string, change: object = {}) => ({
  ...{ id, name: `for ${EMAIL}`, userId: USER, tags: [EMAIL, "vip"], statusMessage: `bad key ${KEY}` },
  ...{ parentObservationId: `run ${EMAIL}`, custom: { deep: [[CUSTOMER]] } },
  input: [{ role: "user", content: `I am ${EMAIL}, my card is ${CARD}, customer ${CUSTOMER}` }],
  output: JSON.stringify({ [EMAIL]: `\n${EMAIL}`, key: KEY }),
  metadata: { customer: { name: NAME, plan: "pro" }, note: NOTE, [CUSTOMER]: CARD },
  ...change,
});
const created = (id: string, change: object = {}) => ({
  ...{ id: `event of ${EMAIL} ${id}`, name: "observation.created" },
  data: {
    observation: observation(id, change),
    extra: [EMAIL, CARD, KEY, CUSTOMER, { userId: USER, metadata: { note: NOTE, customer: { name: NAME } } }],
  },
});

const attribute = (name: string, value: string) => ({ key: name, value: { stringValue: value } });
const span = (spanId: string, change: object = {}) => ({
  ...{ traceId: "5b8efff798038103d269b633813fc60c", spanId, name: `span for ${EMAIL}` },
  ...{ startTimeUnixNano: "1767225600000000000", endTimeUnixNano: "1767225601500000000" },
  attributes: [
    attribute("langfuse.user.id", USER),
    attribute("langfuse.observation.input", `${EMAIL} ${CARD} ${CUSTOMER} ${KEY}`),
    attribute("langfuse.observation.metadata.customer", JSON.stringify({ name: NAME })),
    attribute("langfuse.observation.metadata.note", NOTE),
    attribute(CUSTOMER, EMAIL),
  ],
  ...change,
});

test("no endpoint stores a value that the rules name, and filters on hashed values still match", async () => {
  const events = `/e/${key}`;
  const broken = { name: "observation.created", data: { observation: [observation("x")] } };
  await receiveEvents(runtime(), post(events, [created("http"), broken, created("bad", { level: EMAIL })]), { key });
  const large = { output: `${"filler ".repeat(200_000)} ${EMAIL} ${CUSTOMER}` };
  expect((await receiveEvents(runtime(), post(events, created("large", large)), { key })).status).toBe(200);

  const spans = [span("00f067aa0ba902b7"), span("", { name: `refused ${EMAIL} ${CUSTOMER}` })];
  const unknown = { name: `made of ${EMAIL}`, data: { observation: observation("x"), userId: USER } };
  expect((await receiveEvents(runtime(), post(events, unknown), { key })).status).toBe(400);
  const scopeSpans = [{ scope: { name: `scope of ${EMAIL}` }, spans }];
  await receiveTraces(runtime(), post("/v1/traces", { resourceSpans: [{ scopeSpans }] }), { keyInPath: null });

  const at = { timestamp: ctx.now().toISOString() };
  const batch = [
    { ...at, id: `e1 ${EMAIL}`, type: "trace-create", body: { id: "t1", name: `trace of ${EMAIL}`, userId: USER } },
    { ...at, id: "e2", type: "generation-create", body: { ...observation("lf-1"), traceId: "t1", userId: undefined } },
    {
      ...at,
      id: "e3",
      type: "span-create",
      body: { id: null, ...{ userId: USER, input: `${EMAIL} ${CARD} ${KEY}` }, metadata: { note: NOTE } },
    },
    // The reasons for these rejected events repeat what was sent.
    { ...at, id: "e4", type: `type of ${EMAIL}`, body: { id: "x" } },
    { ...at, id: "e5", type: "span-create", body: { id: "x", startTime: `at ${CUSTOMER} of ${EMAIL}` } },
  ];
  expect((await receiveLangfuseBatch(runtime(), post("/api/public/ingestion", { batch }))).status).toBe(207);

  expect(forwarded).toHaveLength(10);
  expect(leaksIn(JSON.stringify(forwarded))).toEqual([]);
  await match(incoming());

  // Past the endpoint: sent to the Inngest server itself, with a project and without one.
  const past = { observation: observation("past"), projectId };
  await match([
    { id: EMAIL, name: "observation.created", data: past },
    { id: "b", name: "observation.created", data: { ...past, v: 99 } },
  ]);
  await deliverAll(ctx);
  await writeEventKeyUseCounts(ctx);

  const rows = await ctx.db.observation.findMany({ where: { projectId }, select: { id: true } });
  expect(rows.map(({ id }) => id).sort()).toEqual(["00f067aa0ba902b7", "http", "large", "lf-1", "past"]);
  expect(await ctx.db.rejectedEvent.count({ where: { projectId } })).toBe(8);
  expect(await ctx.db.sourceCounter.count({ where: { projectId, kind: "refused" } })).toBeGreaterThan(2);
  expect(receiver.requests).toHaveLength(5);
  expect(leaksIn(JSON.stringify(receiver.requests))).toEqual([]);
  expect(leaksIn(logged.join("\n"))).toEqual([]);
  const owned = ["public.trigger_configuration.filter", "public.redaction.rules"];
  expect((await findText(database.connectionString, ...SEEDED)).filter((place) => !owned.includes(place))).toEqual([]);

  const state = JSON.parse((await ctx.db.observation.findFirstOrThrow({ where: { id: "http" } })).state!) as {
    observation: Record<string, unknown>;
  };
  const hashed = /hash_[\w-]{16}/.source;
  expect(state.observation).toMatchObject({
    ...{ userId: expect.stringMatching(`^${hashed}$`), statusMessage: "bad key " },
    parentObservationId: expect.stringMatching(`^run ${hashed}$`),
    metadata: { customer: { name: "[masked]", plan: "pro" } },
  });
  const told = await ctx.db.traceAttributes.findMany({ where: { projectId }, select: { attributes: true } });
  expect(told.map(({ attributes }) => JSON.parse(attributes) as object)).toEqual([
    expect.objectContaining({ userId: expect.stringMatching(`^${hashed}$`) }),
    expect.objectContaining({ userId: expect.stringMatching(`^${hashed}$`) }),
  ]);
  for (const page of ["observation", "rejectedEvent", "execution", "source"])
    expect(leaksIn(superjson.stringify(await api()[page]!.list!({ projectId })))).toEqual([]);
});

test("a preview, the explanation and a backfill compare hashed values as the matcher does", async () => {
  const filter = {
    type: "group",
    match: "all",
    children: [{ type: "condition", column: "userId", operator: "=", value: USER }],
  };
  const input = { projectId, eventSource: "observation.created", filter, samplingRate: 1, samplingBy: "source" };
  const preview = await api().trigger!.preview!({ ...input, observationId: "http" });
  expect(preview).toMatchObject({ scanned: 5, matched: 5, chosen: { matched: true } });
  // The filter is the person's own, and it names the user.
  expect(leaksIn(superjson.stringify(preview)).filter((value) => value !== USER)).toEqual([]);
});

test("a plan of files compares hashed values as the matcher does", async () => {
  const files = ProjectFiles.parse({
    triggers: { user: { name: "User", filter: `userId = "${USER}"`, actions: ["hook"] } },
    actions: { hook: { name: "Hook", configuration: { url: receiver.url("200") } } },
  });
  const pulled = { triggers: {}, actions: {} };
  const plan = await planConfiguration(makeSystemProjectContext(ctx, projectId), { files, pulled, prune: false });
  expect(plan.total).toEqual({ more: 5, fewer: 0, sampledOut: 0 });
});

test("new rules count at once, for the filters of triggers too, and the audit log describes them", async () => {
  const other = { id: "later", level: "ERROR", userId: USER };
  await api().redaction!.set!({ projectId, rules: [] });
  await receiveEvents(runtime(), post(`/e/${key}`, { name: "observation.created", data: { observation: other } }), {
    key,
  });
  const before = receiver.requests.length;
  await match(incoming());
  await deliverAll(ctx);
  expect(receiver.requests).toHaveLength(before + 1);
  const { items } = (await api().audit!.list!({ projectId })) as { items: { action: string; summary: string }[] };
  const summaries = items.filter(({ action }) => action === "redaction.set").map(({ summary }) => summary);
  expect(summaries[0]).toBe("Removed all redaction rules");
  expect(summaries[1]).toContain("email addresses are hashed");
});

test("a try shows what would be stored, with the project's hashes, and keeps nothing", async () => {
  const rules = [{ find: "email", action: "hash" }];
  const tried = (sample: string) => api().redaction!.try!({ projectId, rules, sample });
  const first = await tried(JSON.stringify({ id: "x", input: `to ${EMAIL}` }));
  expect(first).toMatchObject({ changed: true, result: expect.stringMatching(/"input": "to hash_[\w-]{16}"/) });
  expect(await tried(JSON.stringify({ observation: { id: "x", input: `to ${EMAIL}` } }))).toMatchObject({
    changed: true,
  });
  await expect(tried("nope")).rejects.toThrow("The sample is not JSON.");
  await expect(tried("[]")).rejects.toThrow("must be an object");
  expect(await findText(database.connectionString, `to ${EMAIL}`)).toEqual([]);
});

test("two people who change the rules do not overwrite each other", async () => {
  const { version } = (await api().redaction!.get!({ projectId })) as { version: number };
  const set = () => api().redaction!.set!({ projectId, rules: [], expectedVersion: version });
  await set();
  await expect(set()).rejects.toThrow("Somebody else has changed these rules");
});

const leaksIn = (text: string): string[] =>
  SEEDED.filter((value) => text.includes(value) || text.includes(JSON.stringify(value).slice(1, -1)));
