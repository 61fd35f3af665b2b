import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createDatabase, type Database } from "@/server/db/client";
import { startDatabaseProxy, type DatabaseProxy } from "@/server/engine/testing-proxy";
import { deliverOnce, testDelivery } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { deliverAction } from "./deliver-action";
import { createLostWorkWatch } from "../lost-work-watch";
import { wakeActions } from "../wakes/wake-actions";

const { ctx, database, receiver } = useTestContext();
let proxy: DatabaseProxy;
let db: Database;

beforeAll(async () => {
  proxy = await startDatabaseProxy(database.connectionString);
  db = createDatabase(proxy.url, 4);
  ctx.db = db;
});
beforeEach(() => {
  vi.restoreAllMocks();
  receiver.clear();
});
afterAll(async () => {
  await db.$disconnect();
  await proxy.close();
});

/** Creates an execution with a receiver that answers while the database is away. */
async function makeExecution() {
  const { id: projectId } = await makeProject(ctx);
  const url = receiver.script("/late", [{ status: 200, delayMs: 300 }]);
  const action = await makeAction(ctx, projectId, url);
  await makeTrigger(ctx, projectId, [action.id]);
  const events = [makeEvent(ctx, { id: "obs-1", name: "chat" })];
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  return { projectId, actionId: action.id };
}

test("results that arrive while the database is away are recorded later, and no request is sent twice", async () => {
  const { projectId, actionId } = await makeExecution();
  const delivery = deliverOnce(ctx, actionId);
  await receiver.waitForCount(1);
  const noted = vi.spyOn(ctx.log, "warn");
  await proxy.down();
  // The answer has arrived, and the database could not record it.
  await expect.poll(() => noted.mock.calls.length).toBeGreaterThan(0);
  await proxy.up();
  await delivery;
  const [execution] = await database.db.actionExecution.findMany({ where: { projectId }, include: { attempts: true } });
  expect(execution).toMatchObject({
    status: "COMPLETED",
    unknownCount: 0,
    attempts: [{ number: 1, status: "SUCCEEDED" }],
  });
  expect(receiver.requests).toHaveLength(1);
});

test("a claim without an answer to its commit gives back executions, slots and places, and is repeated", async () => {
  const { projectId, actionId } = await makeExecution();
  await wakeActions(ctx, [{ projectId, actionId, dueAt: ctx.now() }]);
  /** Commits the claim and loses the answer. */
  const deaf = new Proxy(db, {
    get(target, name) {
      if (name !== "$queryRaw") return Reflect.get(target, name) as unknown;
      return async (texts: TemplateStringsArray, ...values: unknown[]) => {
        const rows: unknown = await target.$queryRaw(texts, ...values);
        if (texts.join("?").includes("INSERT INTO action_attempt"))
          throw new Error("Connection terminated unexpectedly");
        return rows;
      };
    },
  });
  const delivery = testDelivery();
  const run = deliverAction({ ...ctx, db: deaf }, delivery, { projectId, actionId, at: null });
  await expect(run).rejects.toThrow("Connection terminated");
  await Promise.all(delivery.left);
  const read = () => database.db.actionExecution.findFirst({ where: { projectId }, include: { attempts: true } });
  expect(await read()).toMatchObject({ status: "PENDING", attemptCount: 0, leaseToken: null, attempts: [] });
  expect(await database.db.actionHealth.findUnique({ where: { actionId } })).toMatchObject({ slots: [] });
  expect(await delivery.places.take(projectId, 128, 0)).toBe(128);
  expect(ctx.sent.at(-1)).toMatchObject({ name: "action/deliveries.due", data: { actionId, at: null } });

  await deliverOnce(ctx, actionId);
  expect(await read()).toMatchObject({ status: "COMPLETED", attempts: [{ number: 1, status: "SUCCEEDED" }] });
  expect(receiver.requests).toHaveLength(1);
});

test("a claim that is committed late, after it was given up, is given back at the next look", async () => {
  const { projectId, actionId } = await makeExecution();
  let commit: (() => Promise<unknown>) | undefined;
  /** Loses the connection of the claim. Its statement runs on in PostgreSQL. */
  const slow = new Proxy(db, {
    get(target, name) {
      if (name !== "$queryRaw") return Reflect.get(target, name) as unknown;
      return (texts: TemplateStringsArray, ...values: unknown[]) => {
        if (!texts.join("?").includes("INSERT INTO action_attempt")) return target.$queryRaw(texts, ...values);
        commit = () => target.$queryRaw(texts, ...values);
        return Promise.reject(new Error("Connection terminated unexpectedly"));
      };
    },
  });
  const delivery = testDelivery();
  const run = deliverAction({ ...ctx, db: slow }, delivery, { projectId, actionId, at: null });
  await expect(run).rejects.toThrow("Connection terminated");
  await Promise.all(delivery.left);
  await commit!();
  const read = () => database.db.actionExecution.findFirst({ where: { projectId }, include: { attempts: true } });
  expect(await read()).toMatchObject({ status: "RUNNING", attempts: [{ status: "RUNNING" }] });

  await createLostWorkWatch(ctx, delivery.claims).look();
  expect(await read()).toMatchObject({ status: "PENDING", attemptCount: 0, leaseToken: null, attempts: [] });
  await deliverOnce(ctx, actionId);
  expect(await read()).toMatchObject({ status: "COMPLETED", attempts: [{ number: 1, status: "SUCCEEDED" }] });
  expect(receiver.requests).toHaveLength(1);
});

test("a look leaves the requests in flight of its own process alone, and knows no claim afterwards", async () => {
  const { projectId, actionId } = await makeExecution();
  const delivery = testDelivery();
  const looks = createLostWorkWatch(ctx, delivery.claims);
  const run = deliverAction(ctx, delivery, { projectId, actionId, at: null });
  await receiver.waitForCount(1);
  await looks.look();
  await looks.look();
  const read = () => database.db.actionExecution.findFirstOrThrow({ where: { projectId } });
  const { leaseToken } = await read();
  expect(delivery.claims.holds(leaseToken!)).toBe(true);
  await run;
  await Promise.all(delivery.left);
  expect(await read()).toMatchObject({ status: "COMPLETED", unknownCount: 0, attemptCount: 1 });
  expect(delivery.claims.holds(leaseToken!)).toBe(false);
  expect(receiver.requests).toHaveLength(1);
});
