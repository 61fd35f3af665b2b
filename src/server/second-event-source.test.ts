import { randomBytes } from "node:crypto";
import { Inngest } from "inngest";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EventSource } from "@/domain/event-source/event-source";
import { registerEventSource } from "@/domain/event-source/registry";
import type { Filter } from "@/domain/filter/schema";
import { TriggerInput } from "@/domain/trigger";
import { parseEnv } from "@/env";
import { makeAction, makeEventKey, makeProject } from "@/test/factories";
import { scoreCreated, scoresSummed } from "@/test/score-created";
import { useTestContext } from "@/test/use-test-context";
import { appRouter } from "./api/root";
import { receiveEvents } from "./event-intake";
import { newId } from "./ids";
import type { Runtime } from "./runtime";
import { makeSystemProjectContext } from "./services/access";
import { getAction } from "./services/actions/get-action";
import { getObservation } from "./services/observations/get-observation";
import { sendProgramMadeEvent } from "./services/send-program-made-event";
import { createTrigger } from "./services/triggers/create-trigger";
import { getTrigger } from "./services/triggers/get-trigger";

/*
 * An event source is one module. The test registers one before the program starts in this process. Its events pass the
 * event endpoint, engine, matching, delivery, and the pages that people see.
 */

const { database, receiver } = useTestContext();
let runtime: Runtime;
let unregister: (() => void)[];

beforeAll(async () => {
  unregister = [scoreCreated, scoresSummed].map((source) => registerEventSource(source));
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
  for (const undo of unregister) undo();
});

const low: Filter = {
  type: "group",
  match: "all",
  children: [{ type: "condition", column: "value", operator: "<", value: 0.5 }],
};

test("a second event source works from the event to the signed webhook and to the pages that people see", async () => {
  const { context } = runtime;
  const { id: projectId } = await makeProject(context);
  const ctx = makeSystemProjectContext(context, projectId);
  const key = await makeEventKey(context, projectId);
  const action = await makeAction(context, projectId, receiver.url("200"));
  const input = TriggerInput.parse({
    name: "Low scores",
    eventSource: "score.created",
    filter: low,
    actionIds: [action.id],
  });
  const trigger = await createTrigger(ctx, input);
  await createTrigger(
    ctx,
    TriggerInput.parse({
      ...input,
      eventSource: "observation.created",
      filter: { type: "group", match: "all", children: [] },
    }),
  );

  const client = new Inngest({
    id: "application",
    isDev: false,
    eventKey: key,
    baseUrl: "http://endpoint.invalid/",
    fetch: (url, init) => receiveEvents(runtime, new Request(url as string, init), { key }),
  });
  const score = (id: string, value: number) => ({
    name: "score.created",
    data: { score: { id, name: "helpfulness", value, comment: "so so" } },
  });
  await client.send([score("low", 0.2), score("high", 0.9), { name: "score.created", data: { score: { id: "bad" } } }]);

  const [request] = await receiver.waitForCount(1, 20_000);
  const body = new Webhook(action.secret).verify(
    request!.rawBody,
    Object.fromEntries(Object.entries(request!.headers).map(([name, value]) => [name, String(value)])),
  );
  expect(body).toMatchObject({
    type: "score.created",
    data: { trigger: { id: trigger.id }, score: { id: "low", value: 0.2 } },
  });

  expect(await getTrigger(ctx, { triggerId: trigger.id })).toMatchObject({
    sentence: "value is less than 0.5",
    last24h: { matched: 1, created: 1 },
  });
  expect(await getObservation(ctx, { observationId: "low", eventSource: "score.created" })).toMatchObject({
    name: "helpfulness",
    facts: { value: 0.2, verdict: "bad" },
    state: expect.stringContaining('"comment":"so so"'),
    executions: [{ status: "COMPLETED" }],
  });
  expect((await getAction(ctx, { actionId: action.id })).triggers.map(({ eventSource }) => eventSource).sort()).toEqual(
    ["observation.created", "score.created"],
  );
  expect(await context.db.rejectedEvent.findMany({ where: { projectId } })).toMatchObject([
    { name: "score.created", reason: expect.stringContaining("score.name") },
  ]);
  expect(receiver.requests).toHaveLength(1);
});

test("events that the program makes are refused from a key, and one execution of them stands for many", async () => {
  const { context } = runtime;
  const { id: projectId } = await makeProject(context);
  const ctx = makeSystemProjectContext(context, projectId);
  const key = await makeEventKey(context, projectId);
  const action = await makeAction(context, projectId, receiver.url("200"));
  await createTrigger(
    ctx,
    TriggerInput.parse({
      name: "Many scores",
      eventSource: "scores.summed",
      filter: {
        type: "group",
        match: "all",
        children: [{ ...low.children[0], column: "count", operator: ">", value: 1 }],
      },
      actionIds: [action.id],
    }),
  );
  const score = (id: string) => ({ id, name: "helpfulness", value: 0.2 });
  const data = { summary: { id: "hour-7", scores: [score("a"), score("b")] } };
  const body = JSON.stringify({ name: "scores.summed", data });
  const sent = new Request("http://endpoint.invalid/e/key", { method: "POST", body });
  const refused = await receiveEvents(runtime, sent, { key });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("is not an event source")]);

  const before = receiver.requests.length;
  await sendProgramMadeEvent(ctx, scoresSummed as EventSource, { data, redaction: null });
  const requests = await receiver.waitForCount(before + 1, 20_000);
  expect(JSON.parse(requests.at(-1)!.rawBody).data).toMatchObject({
    summary: { id: "hour-7", scores: [{ id: "a" }, { id: "b" }] },
  });
});

test("the interface learns columns, labels and the sample from the registry", async () => {
  const { context } = runtime;
  const user = { id: newId("usr"), name: "One", email: "one@example.com" };
  const { id: projectId } = await makeProject(context);
  await context.db.user.create({ data: { ...user, emailVerified: true } });
  await context.db.membership.create({ data: { projectId, userId: user.id, role: "admin" } });
  const caller = appRouter.createCaller({ base: context, user, headers: new Headers() });
  const sources = await caller.eventSource.list({ projectId });
  expect(sources.map((source) => source.name)).toEqual(["observation.created", "score.created", "scores.summed"]);
  expect(sources[1]).toMatchObject({
    label: "Score created",
    noun: { one: "score", many: "scores" },
    columns: [{ id: "name", label: "Name" }, { id: "value", label: "Value", type: "number" }, { id: "comment" }],
    sample: { score: { id: "score-1" } },
  });
});
