import { beforeEach, describe, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { deliverAll, testDelivery, testLeaseToken } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { runJobs } from "@/test/jobs";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { claimExecutions, endExecutionsOfStoppedAction } from "../deliveries/claim-executions";
import { reserveSlots, type SlotReservation } from "../deliveries/reserve-slots";
import { markDeliveryRunsStarted } from "../wakes/wake-actions";
import { removeAction } from "../actions/remove-action";
import { setActionEnabled } from "../actions/set-action-enabled";
import { runJobChunk } from "../run-job-chunk";
import { restartLostJobRuns } from "./restart-lost-job-runs";
import { removeProject } from "../projects/remove-project";
import { createTriggerCache } from "../matching/trigger-cache";
import { removeTrigger } from "../triggers/remove-trigger";
import { countExecutions } from "../executions/count-executions";
import { listExecutions } from "../executions/list-executions";

const { ctx: base, receiver } = useTestContext({ per: "test" });
let ctx: ProjectContext;
let actionId: string;
let triggerId: string;

beforeEach(async () => {
  receiver.clear();
  const projectId = (await makeProject(base)).id;
  ctx = makeSystemProjectContext(base, projectId);
  actionId = (await makeAction(base, projectId, receiver.url("200"))).id;
  triggerId = (await makeTrigger(base, projectId, [actionId])).id;
});

/** Makes executions that wait for days, in one statement. */
const makeWaiting = (count: number) => ctx.db.$executeRaw`
  INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status_reason,
    trigger_version, event_id, due_at, input)
  SELECT ${triggerId} || '-' || n, ${ctx.projectId}, ${triggerId}, ${actionId}, 'observation.created', 'source-' || n,
    'Waits.', 1, 'evt', now() + interval '3 days', '{}'
  FROM generate_series(1, ${count}::int) AS n`;
const statuses = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await ctx.db.actionExecution.groupBy({ by: ["status"], where: { projectId: ctx.projectId }, _count: true })).map(
      (row) => [row.status, row._count],
    ),
  );
const theJob = () => ctx.db.job.findFirstOrThrow({ where: { projectId: ctx.projectId }, orderBy: { id: "desc" } });
const deliver = () => deliverAll(base, { projectId: ctx.projectId });
const chunk = async () => {
  const { id, generation } = await theJob();
  return runJobChunk(base, { jobId: id, generation });
};
/** Makes executions that are due. */
async function makeDue(count: number) {
  const events = Array.from({ length: count }, (_, n) => makeEvent(base, { id: `due-${n}` }));
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events,
  });
}

describe("switching an action off or deleting something", () => {
  test.each([
    ["an action that is off", () => setActionEnabled(ctx, { actionId, enabled: false }), "SKIPPED"],
    ["a deleted action", () => removeAction(ctx, { actionId }), "CANCELLED"],
    ["a deleted trigger", () => removeTrigger(ctx, { triggerId }), "CANCELLED"],
    ["a deleted project", () => removeProject(ctx), "CANCELLED"],
  ])("counts at once: nothing of %s is sent before its job has run", async (_, change, status) => {
    await makeDue(3);
    await makeWaiting(1);
    await change();
    await deliver();
    expect(receiver.requests).toEqual([]);
    expect(await statuses()).toEqual({ PENDING: 1, [status]: 3 });
    await runJobs(base, ctx.projectId);
    expect(await statuses()).toEqual({ [status]: 4 });
  });

  test("writes no waiting row, however many there are, and returns their number", async () => {
    await makeWaiting(1_200);
    expect(await setActionEnabled(ctx, { actionId, enabled: false })).toMatchObject({ skipped: 1_200 });
    expect(await statuses()).toEqual({ PENDING: 1_200 });
    expect((await theJob()).total).toBe(1_200);
  });

  test("ends no execution if the action is on again before the claim refuses its rows", async () => {
    await makeDue(2);
    expect(await endExecutionsOfStoppedAction(base, { projectId: ctx.projectId, actionId })).toBe(0);
    expect(await statuses()).toEqual({ PENDING: 2 });
    await base.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: base.now() } });
    expect(await endExecutionsOfStoppedAction(base, { projectId: ctx.projectId, actionId })).toBe(2);
    expect(await statuses()).toEqual({ SKIPPED: 2 });
  });

  test("takes effect between the reservation of a slot and the claim", async () => {
    await makeDue(2);
    const key = { projectId: ctx.projectId, actionId };
    await markDeliveryRunsStarted(base, ctx.projectId, [actionId]);
    const reserved = await reserveSlots(base, testDelivery().statements, { key, count: 25, token: testLeaseToken() });
    await removeTrigger(ctx, { triggerId });
    expect(await claimExecutions(base, ctx.projectId, [reserved as SlotReservation])).toMatchObject([
      { claimed: [], ended: 2 },
    ]);
    expect(await statuses()).toEqual({ CANCELLED: 2 });
  });

  test.each([
    ["an action that was switched off", () => setActionEnabled(ctx, { actionId, enabled: false })],
    [
      "an action that was edited",
      () => base.db.actionConfiguration.update({ where: { id: actionId }, data: { version: 9 } }),
    ],
  ])("between the two the claim takes no execution of %s, and the run looks again", async (_, change) => {
    await makeDue(2);
    const key = { projectId: ctx.projectId, actionId };
    await markDeliveryRunsStarted(base, ctx.projectId, [actionId]);
    const reserved = await reserveSlots(base, testDelivery().statements, { key, count: 25, token: testLeaseToken() });
    await change();
    const [result] = await claimExecutions(base, ctx.projectId, [reserved as SlotReservation]);
    expect(result!.claimed).toEqual([]);
    expect(result!.ended === 2 || result!.hasMore).toBe(true);
  });
});

describe("the job that ends waiting executions", () => {
  test("works in chunks, with right counts and reasons after each", async () => {
    await makeWaiting(1_200);
    await removeTrigger(ctx, { triggerId });
    const waiting = (await listExecutions(ctx, { status: ["PENDING"] })).items[0]!;
    expect(waiting.statusReason).toBe("It is about to be cancelled: its trigger was deleted.");
    const since = performance.now();
    const next = await chunk();
    // The pause before the next chunk is as long as this chunk took.
    const pauseMs = Date.parse(next!.nextAt) - ctx.now().getTime();
    expect(pauseMs).toBeGreaterThan(0);
    expect(pauseMs).toBeLessThanOrEqual(performance.now() - since + 1);
    expect(await statuses()).toEqual({ PENDING: 1_000, CANCELLED: 200 });
    expect((await countExecutions(ctx, {})).counts).toMatchObject({ PENDING: 1_000, CANCELLED: 200 });
    expect(await theJob()).toMatchObject({ processed: 200, total: 1_200, status: "RUNNING" });
    await runJobs(base, ctx.projectId);
    expect(await statuses()).toEqual({ CANCELLED: 1_200 });
    expect(await theJob()).toMatchObject({ processed: 1_200, status: "COMPLETED" });
    expect((await ctx.db.actionExecution.findFirst({ where: { triggerId } }))!).toMatchObject({
      statusReason: "Cancelled: its trigger was deleted.",
      cancelledBy: "SYSTEM",
      finishedAt: expect.any(Date),
    });
  });

  test("stops once the action is on again, and executions that it has not reached are delivered", async () => {
    await makeWaiting(600);
    await setActionEnabled(ctx, { actionId, enabled: false });
    await chunk();
    await setActionEnabled(ctx, { actionId, enabled: true });
    expect(await chunk()).toBeNull();
    expect(await statuses()).toEqual({ PENDING: 400, SKIPPED: 200 });
    expect(await theJob()).toMatchObject({ status: "COMPLETED" });
    await makeDue(1);
    await deliver();
    expect(receiver.requests).toHaveLength(1);
  });

  test("of an earlier switch ends no execution after the action was on in between", async () => {
    await makeWaiting(1);
    await setActionEnabled(ctx, { actionId, enabled: false });
    const first = await theJob();
    await setActionEnabled(ctx, { actionId, enabled: true });
    base.clock.advance(1_000);
    await setActionEnabled(ctx, { actionId, enabled: false });
    expect(await runJobChunk(base, { jobId: first.id, generation: 1 })).toBeNull();
    expect(await statuses()).toEqual({ PENDING: 1 });
    await runJobs(base, ctx.projectId);
    expect(await statuses()).toEqual({ SKIPPED: 1 });
  });

  test("goes on after a crash, even if its event was never sent", async () => {
    await makeWaiting(600);
    base.send = () => Promise.reject(new Error("The engine is away."));
    expect(await removeAction(ctx, { actionId })).toEqual({ id: actionId, cancelled: 600 });
    base.send = async (events) => void base.sent.push(...events);
    base.clock.advance(61_000);
    base.sent.length = 0;
    expect(await restartLostJobRuns(base)).toBeGreaterThan(0);
    const { id } = await theJob();
    expect(base.sent).toContainEqual(expect.objectContaining({ data: { v: 1, jobId: id, generation: 2, part: 0 } }));
    await runJobs(base, ctx.projectId);
    expect(await statuses()).toEqual({ CANCELLED: 600 });
  });

  test("skips rows that other transactions have locked, and returns for them", async () => {
    await makeWaiting(3);
    await removeTrigger(ctx, { triggerId });
    await ctx.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM action_execution WHERE id = ${`${triggerId}-2`} FOR UPDATE`;
      expect(await chunk()).toEqual({ nextAt: new Date(base.now().getTime() + 1_000).toISOString() });
    });
    expect(await statuses()).toEqual({ PENDING: 1, CANCELLED: 2 });
    await runJobs(base, ctx.projectId);
    expect(await statuses()).toEqual({ CANCELLED: 3 });
  });
});
