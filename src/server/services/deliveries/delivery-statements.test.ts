import pg from "pg";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { testDelivery, testLeaseToken } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { markDeliveryRunsStarted, type ActionWake } from "../wakes/wake-actions";
import { deliverAtOnce } from "./deliver-at-once";
import { decideNextStep, type AttemptWithNextStep } from "./record-attempts";
import { reserveSlots, type SlotReservation } from "./reserve-slots";

const { ctx, receiver } = useTestContext({ per: "test" });
let delivery: ReturnType<typeof testDelivery>;

beforeEach(() => {
  delivery = testDelivery();
});

/** Makes executions of one project, one for each endpoint and event. The endpoints count as quick. */
async function makeExecutions({ endpoints, events }: { endpoints: number; events: number }) {
  const { id: projectId } = await makeProject(ctx);
  const actionIds: string[] = [];
  for (let n = 0; n < endpoints; n++)
    actionIds.push((await makeAction(ctx, projectId, receiver.url("200", String(n)))).id);
  await makeTrigger(ctx, projectId, actionIds);
  await markDeliveryRunsStarted(ctx, projectId, actionIds);
  // An endpoint that has never succeeded gets few requests at once.
  await ctx.db.actionHealth.updateMany({ where: { projectId }, data: { lastSuccessAt: ctx.now() } });
  for (const actionId of actionIds) delivery.quick.note(actionId, 5);
  const wakes = await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: Array.from({ length: events }, (_, n) => makeEvent(ctx, { id: `obs-${n}` })),
  });
  return { projectId, actionIds, wakes };
}

/** Delivers, and returns the statements that PostgreSQL got for it. */
async function statementsOf(wakes: readonly ActionWake[]): Promise<string[]> {
  const query = vi.spyOn(pg.Client.prototype, "query");
  onTestFinished(() => query.mockRestore());
  await deliverAtOnce(ctx, delivery, wakes);
  await Promise.all(delivery.left);
  return query.mock.calls.map(([first]) => (typeof first === "string" ? first : (first as { text: string }).text));
}
const countOf = (statements: readonly string[], part: string): number =>
  statements.filter((text) => text.includes(part)).length;
const completed = (projectId: string) => ctx.db.actionExecution.count({ where: { projectId, status: "COMPLETED" } });

test("the endpoints of an event share the statements that load them, reserve their slots and claim", async () => {
  const { projectId, wakes } = await makeExecutions({ endpoints: 12, events: 1 });
  const statements = await statementsOf(wakes);
  expect(await completed(projectId)).toBe(12);
  expect(countOf(statements, "json_agg(s.ciphertext")).toBe(1);
  expect(countOf(statements, "INSERT INTO action_attempt")).toBe(1);
  // If no two answers come together, an answer costs a record, a write of the health and a look for due executions.
  expect(statements.length, statements.join("\n")).toBeLessThanOrEqual(3 + 12 * 3);
});

test("a hundred executions of one endpoint take fewer statements than requests", async () => {
  const { projectId, wakes } = await makeExecutions({ endpoints: 1, events: 100 });
  const statements = await statementsOf(wakes);
  expect(await completed(projectId)).toBe(100);
  expect(countOf(statements, "INSERT INTO action_attempt")).toBe(1);
  expect(statements.length, statements.join("\n")).toBeLessThan(100);
});

test("a shared record counts each result for its own action, and frees all slots", async () => {
  const { projectId, actionIds, wakes } = await makeExecutions({ endpoints: 12, events: 2 });
  await statementsOf(wakes);
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  const hours = await ctx.db.actionHour.findMany({ where: { projectId }, orderBy: { actionId: "asc" } });
  expect(
    hours.map(({ actionId, attempts, succeeded, failed, latency, delays }) => ({
      ...{ actionId, attempts, succeeded, failed, latency: sum(latency), delays: sum(delays) },
    })),
  ).toEqual(actionIds.map((actionId) => ({ actionId, attempts: 2, succeeded: 2, failed: 0, latency: 2, delays: 2 })));
  expect(await ctx.db.actionHealth.count({ where: { projectId, slots: { equals: [] } } })).toBe(12);
});

test("a result that PostgreSQL refuses does not stop the results of other actions", async () => {
  const { projectId, actionIds } = await makeExecutions({ endpoints: 2, events: 1 });
  const recorded = await Promise.allSettled(
    actionIds.map(async (actionId, n) => {
      const key = { projectId, actionId };
      const ask = { key, count: 1, token: testLeaseToken() };
      const reservation = (await reserveSlots(ctx, delivery.statements, ask)) as SlotReservation;
      const { claimed } = await delivery.statements.claim(ctx, key, reservation);
      // The column of the duration holds no number of this size.
      const durationMs = n === 0 ? 1e12 : 1;
      const judged = claimed.map((execution): AttemptWithNextStep =>
        decideNextStep(
          reservation.loaded.action,
          {
            claimed: execution,
            request: {},
            outcome: { kind: "delivered", reason: "Answered 200." },
            message: "Answered 200.",
            durationMs,
            response: null,
          },
          ctx.now(),
        ),
      );
      return delivery.statements.record(ctx, key, judged);
    }),
  );
  expect(recorded.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  const rows = await ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { actionId: "asc" } });
  expect(rows.map(({ status }) => status)).toEqual(["RUNNING", "COMPLETED"]);
});
