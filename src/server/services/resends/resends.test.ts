import { beforeEach, expect, test } from "vitest";
import { deliverAll } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { runJobChunk } from "../run-job-chunk";
import { createTriggerCache } from "../matching/trigger-cache";

const { ctx, receiver } = useTestContext({ per: "test" });
let projectId: string;
let actionId: string;
let api: ReturnType<typeof callerOf>;

beforeEach(async () => {
  receiver.clear();
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, receiver.url("200"))).id;
  await makeTrigger(ctx, projectId, [actionId]);
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "member" }));
});

/** Executions that were delivered. */
async function deliver(count: number) {
  const events = Array.from({ length: count }, (_, n) => makeEvent(ctx, { id: `obs-${String(n).padStart(3, "0")}` }));
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  await deliverAll(ctx, { projectId });
}
const executions = () => ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { sourceId: "asc" } });
const setStatus = (sourceId: string, data: object) =>
  ctx.db.actionExecution.updateMany({ where: { projectId, sourceId }, data });

async function run(jobId: string): Promise<void> {
  for (
    let next = await runJobChunk(ctx, { jobId, generation: 1 });
    next;
    next = await runJobChunk(ctx, { jobId, generation: 1 })
  ) {
    ctx.clock.advance(Math.max(0, Date.parse(next.nextAt) - ctx.now().getTime()));
  }
}

test("executions that match the filter are sent again with the same bytes and ids, and no other ones are", async () => {
  await deliver(6);
  const before = receiver.requests.map(({ headers, rawBody }) => [headers["webhook-id"], rawBody]).sort();
  await setStatus("obs-000", { status: "PENDING" });
  await setStatus("obs-001", { status: "SKIPPED" });
  receiver.clear();
  const filter = { status: ["COMPLETED" as const, "ERROR" as const], actionId };
  expect(await api.resend.count({ projectId, ...filter })).toEqual({
    executions: 4,
    capped: false,
    sendable: 4,
    refused: { noBody: 0, actionDeleted: 0, actionOff: 0 },
    asOf: ctx.now(),
  });
  const { id } = await api.resend.start({ projectId, ...filter });
  ctx.sent.length = 0;
  await run(id);
  expect(ctx.sent).toMatchObject([{ name: "action/deliveries.due", data: { actionId } }]);
  await setStatus("obs-000", { dueAt: new Date(ctx.now().getTime() + 60_000) });
  await deliverAll(ctx, { projectId });
  expect(receiver.requests.map(({ headers, rawBody }) => [headers["webhook-id"], rawBody]).sort()).toEqual(
    before.slice(2),
  );
  expect(await executions()).toMatchObject([
    { status: "PENDING", attemptCount: 1 },
    { status: "SKIPPED" },
    ...Array.from({ length: 4 }, () => ({ status: "COMPLETED", attemptCount: 2, isResend: true })),
  ]);
  expect(await api.resend.list({ projectId })).toMatchObject([
    { id, status: "COMPLETED", processed: 4, sent: 4, filter },
  ]);
});

test("skipped executions are sent once their action is on", async () => {
  await ctx.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: ctx.now() } });
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "obs" })],
  });
  const filter = { status: ["SKIPPED" as const], actionId };
  expect(await api.resend.count({ projectId, ...filter })).toMatchObject({
    executions: 1,
    sendable: 0,
    refused: { actionOff: 1 },
  });
  await expect(api.resend.start({ projectId, ...filter })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await ctx.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: null } });
  const { id } = await api.resend.start({ projectId, ...filter });
  await run(id);
  expect(await executions()).toMatchObject([{ status: "PENDING", isResend: true }]);
});

test("an execution that cannot be sent is counted by its reason and stays as it is", async () => {
  await deliver(3);
  await setStatus("obs-000", { input: null });
  expect(await api.resend.count({ projectId, status: ["COMPLETED"] })).toMatchObject({
    executions: 3,
    sendable: 2,
    refused: { noBody: 1 },
  });
  await run((await api.resend.start({ projectId, status: ["COMPLETED"] })).id);
  expect(await executions()).toMatchObject([{ status: "COMPLETED" }, { status: "PENDING" }, { status: "PENDING" }]);
});

test("a chunk sends no more than its rate allows, and the next chunk continues behind it", async () => {
  await deliver(5);
  const { id } = await api.resend.start({ projectId, status: ["COMPLETED"], ratePerMinute: 24 });
  const now = ctx.now().getTime();
  expect(await runJobChunk(ctx, { jobId: id, generation: 1 })).toEqual({ nextAt: new Date(now + 5_000).toISOString() });
  expect((await executions()).filter((row) => row.status === "PENDING")).toHaveLength(2);
  await run(id);
  expect((await executions()).every((row) => row.status === "PENDING")).toBe(true);
});

test("an execution that ends after the start is not sent again by the same job", async () => {
  await deliver(2);
  const { id } = await api.resend.start({ projectId, status: ["COMPLETED"], ratePerMinute: 12 });
  await runJobChunk(ctx, { jobId: id, generation: 1 });
  await setStatus("obs-000", { status: "COMPLETED" });
  await run(id);
  expect(await ctx.db.job.findUniqueOrThrow({ where: { id } })).toMatchObject({ created: 2, processed: 2 });
});

test("a job does exactly what was counted: executions that fail after the count stay as they are", async () => {
  await deliver(3);
  const filter = { actionId };
  const { sendable, asOf } = await api.bulk.count({ projectId, kind: "resend", filter });
  ctx.clock.advance(1_000);
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "obs-late" })],
  });
  await deliverAll(ctx, { projectId });
  await run((await api.bulk.start({ projectId, kind: "resend", filter, asOf })).id);
  expect(await api.bulk.list({ projectId })).toMatchObject([
    { kind: "resend", total: 3, processed: 3, sent: sendable },
  ]);
  expect((await executions()).map(({ status }) => status)).toEqual(["PENDING", "PENDING", "PENDING", "COMPLETED"]);
});

test("chosen executions that wait are cancelled together, and others stay", async () => {
  await deliver(3);
  const later = new Date(ctx.now().getTime() + 600_000);
  await ctx.db.actionExecution.updateMany({ where: { projectId }, data: { status: "PENDING", dueAt: later } });
  const [first, second] = await executions();
  const filter = { ids: [first!.id, second!.id] };
  expect(await api.bulk.count({ projectId, kind: "cancel", filter })).toMatchObject({ executions: 2, sendable: 2 });
  await run((await api.bulk.start({ projectId, kind: "cancel", filter })).id);
  expect((await executions()).map(({ status, cancelledBy }) => [status, cancelledBy])).toEqual([
    ["CANCELLED", "USER"],
    ["CANCELLED", "USER"],
    ["PENDING", null],
  ]);
  expect(await api.bulk.list({ projectId })).toMatchObject([{ kind: "cancel", status: "COMPLETED", sent: 2 }]);
});

test("all that wait are sent now, also behind the pause of a failing endpoint", async () => {
  await deliver(3);
  const later = new Date(ctx.now().getTime() + 600_000);
  await ctx.db.actionExecution.updateMany({ where: { projectId }, data: { status: "PENDING", dueAt: later } });
  await ctx.db.actionHealth.update({ where: { actionId }, data: { openedAt: ctx.now(), openUntil: later } });
  await run((await api.bulk.start({ projectId, kind: "send_now", filter: { status: ["PENDING"] } })).id);
  expect((await executions()).every(({ dueAt }) => dueAt <= ctx.now())).toBe(true);
  const health = await ctx.db.actionHealth.findUniqueOrThrow({ where: { actionId } });
  expect(health.openUntil!.getTime()).toBeLessThanOrEqual(ctx.now().getTime());
});
