import { beforeEach, describe, expect, test } from "vitest";
import { levelIs, makeAction, makeEvent, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { runJobChunk } from "../run-job-chunk";
import { restartLostJobRuns } from "../jobs/restart-lost-job-runs";
import { createTriggerCache } from "../matching/trigger-cache";

const MINUTE = 60_000;
const { ctx } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let projectId: string;
let actionId: string;
let api: ReturnType<typeof callerOf>;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, "https://example.com/hook")).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "member" }));
});

/** Stores events, then moves the clock on by 1 ms, so that a range until now holds them. */
async function receive(events: { id: string; level?: string }[]) {
  const batch = events.map((event) => makeEvent(ctx, { level: "ERROR", ...event }));
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events: batch });
  ctx.clock.advance(1);
}
const many = (count: number, level = "ERROR") =>
  Array.from({ length: count }, (_, n) => ({ id: `${level}-${String(n).padStart(4, "0")}`, level }));
const makeTrigger = async (change: object = {}) =>
  (
    await api.trigger.create({
      projectId,
      name: "Errors",
      eventSource: "observation.created",
      filter: levelIs("ERROR"),
      actionIds: [actionId],
      status: "DISABLED",
      ...change,
    })
  ).id;
const range = () => ({ from: new Date(ctx.now().getTime() - 60 * MINUTE), to: new Date(ctx.now().getTime() + 1) });
const start = (triggerId: string, ratePerMinute = 6_000) =>
  api.backfill.start({ projectId, triggerId, ratePerMinute, ...range() });
const executions = () => ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { sourceId: "asc" } });
const job = (id: string) => ctx.db.job.findUniqueOrThrow({ where: { id } });

/** Runs chunks as the function does, with the clock set to when each is due. Returns the number of chunks. */
async function run(jobId: string, generation = 1, chunksMax = 1_000): Promise<number> {
  for (let chunk = 1; chunk <= chunksMax; chunk++) {
    const next = await runJobChunk(ctx, { jobId, generation });
    if (!next) return chunk;
    ctx.clock.advance(Math.max(0, Date.parse(next.nextAt) - ctx.now().getTime()));
  }
  return chunksMax;
}

describe("a backfill", () => {
  test("creates for stored states what the trigger creates for new ones, once, and reports its progress", async () => {
    await receive([...many(30), ...many(20, "DEFAULT")]);
    ctx.clock.advance(MINUTE);
    const triggerId = await makeTrigger({ delaySeconds: 30 });
    expect(await api.backfill.count({ projectId, triggerId, ...range() })).toEqual({
      observations: 50,
      sampled: { scanned: 50, matched: 30 },
      estimate: { matched: 30, created: 30 },
      exact: true,
    });
    const { id } = await start(triggerId);
    expect(ctx.sent).toMatchObject([{ name: "action/job.requested", data: { jobId: id, generation: 1 } }]);
    await run(id);
    const rows = await executions();
    expect(rows.map((row) => row.sourceId)).toEqual(many(30).map((event) => event.id));
    expect(rows[0]).toMatchObject({
      status: "PENDING",
      jobId: id,
      triggerVersion: 1,
      dueAt: new Date(rows[0]!.createdAt.getTime() + 30_000),
      input: expect.stringContaining('"ERROR-0000"'),
    });
    expect(await api.backfill.list({ projectId, triggerId })).toMatchObject([
      { id, status: "COMPLETED", total: 50, processed: 50, matched: 30, created: 30, trigger: { id: triggerId } },
    ]);
    const moment = expect.any(Number) as number;
    expect(ctx.sent.filter((event) => event.name === "action/deliveries.due").at(-1)).toMatchObject({
      ts: moment,
      data: { projectId, actionId: rows[0]!.actionId, at: moment },
    });

    const again = await start(triggerId);
    await run(again.id);
    expect(await executions()).toHaveLength(30);
    expect(await job(again.id)).toMatchObject({ matched: 30, created: 0 });
  });

  test("leaves existing executions alone, in whatever status", async () => {
    const triggerId = await makeTrigger({ status: "ACTIVE" });
    await receive(many(3));
    await ctx.db.actionExecution.updateMany({
      where: { projectId, sourceId: "ERROR-0000" },
      data: { status: "CANCELLED", cancelledBy: "SYSTEM" },
    });
    const before = await executions();
    await run((await start(triggerId)).id);
    expect(await executions()).toEqual(before);
  });

  test("samples as new events are sampled", async () => {
    const live = await makeTrigger({ status: "ACTIVE", samplingRate: 0.5 });
    await receive(many(100));
    const expected = (await executions()).map((row) => row.sourceId);
    await ctx.db.actionExecution.deleteMany({ where: { projectId } });
    await run((await start(live)).id);
    expect((await executions()).map((row) => row.sourceId)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(20);
  });

  test("holds its rate over any minute", async () => {
    await receive(many(60));
    const triggerId = await makeTrigger();
    const began = ctx.now().getTime();
    const { id } = await start(triggerId, 12);
    await run(id, 1, 30);
    const rows = await executions();
    expect(rows).toHaveLength(30);
    expect(ctx.now().getTime() - began).toBeGreaterThanOrEqual(2.5 * MINUTE);
    for (const { createdAt } of rows) {
      expect(
        rows.filter((row) => row.createdAt >= createdAt && row.createdAt.getTime() < createdAt.getTime() + MINUTE)
          .length,
      ).toBeLessThanOrEqual(12);
    }
  });

  test("waits for the next hour once the trigger's cap is reached, and shows the reason", async () => {
    await receive(many(5));
    const triggerId = await makeTrigger({ capPerHour: 2 });
    const { id } = await start(triggerId);
    await runJobChunk(ctx, { jobId: id, generation: 1 });
    expect(await runJobChunk(ctx, { jobId: id, generation: 1 })).toEqual({ nextAt: "2026-02-01T13:00:00.000Z" });
    expect(await job(id)).toMatchObject({
      status: "RUNNING",
      statusReason: expect.stringContaining("cap"),
      created: 2,
    });
    await run(id);
    expect(await job(id)).toMatchObject({ status: "COMPLETED", statusReason: "", created: 5 });
    expect((await executions()).every((row) => row.status === "PENDING")).toBe(true);
  });

  test("uses the version that was counted, and leaves newer states to the live path", async () => {
    await receive(many(3));
    const triggerId = await makeTrigger();
    const { id } = await start(triggerId);
    await api.trigger.update({
      projectId,
      triggerId,
      version: 1,
      name: "Other",
      eventSource: "observation.created",
      filter: levelIs("DEBUG"),
      actionIds: [actionId],
      status: "DISABLED",
    });
    ctx.clock.advance(1_000);
    await receive([{ id: "ERROR-0001", level: "DEFAULT" }]);
    await run(id);
    expect((await executions()).map((row) => row.sourceId)).toEqual(["ERROR-0000", "ERROR-0002"]);
  });
});

describe("a person", () => {
  test("pauses, resumes where the job stopped, and cancels; an older run of the job ends", async () => {
    await receive(many(10));
    const { id } = await start(await makeTrigger(), 12);
    await runJobChunk(ctx, { jobId: id, generation: 1 });
    await api.backfill.pause({ projectId, backfillId: id });
    expect(await runJobChunk(ctx, { jobId: id, generation: 1 })).toBeNull();
    await api.backfill.resume({ projectId, backfillId: id });
    expect(ctx.sent.at(-1)).toMatchObject({ name: "action/job.requested", data: { generation: 3 } });
    expect(await runJobChunk(ctx, { jobId: id, generation: 1 })).toBeNull();
    await runJobChunk(ctx, { jobId: id, generation: 3 });
    await api.backfill.cancel({ projectId, backfillId: id });
    expect(await runJobChunk(ctx, { jobId: id, generation: 3 })).toBeNull();
    expect(await executions()).toHaveLength(2);
    await expect(api.backfill.resume({ projectId, backfillId: id })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("starts one backfill at a time for a trigger, and none over an empty or backward range", async () => {
    const triggerId = await makeTrigger();
    await expect(start(triggerId)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await receive(many(1));
    const { from, to } = range();
    await expect(api.backfill.start({ projectId, triggerId, from: to, to: from })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
    const both = await Promise.allSettled([start(triggerId), start(triggerId)]);
    expect(both.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(start(triggerId)).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe("nothing is lost", () => {
  test("a chunk that ran before a crash is not repeated, and a job without a run gets a new one", async () => {
    await receive(many(10));
    const { id } = await start(await makeTrigger(), 60);
    await runJobChunk(ctx, { jobId: id, generation: 1 });
    expect(await executions()).toHaveLength(5);
    const asked = () =>
      ctx.sent
        .filter((event) => event.name === "action/job.requested" && event.data.jobId === id)
        .map((event) => event.data.generation);
    await restartLostJobRuns(ctx);
    expect(asked()).toEqual([1]);
    ctx.clock.advance(70_000);
    await restartLostJobRuns(ctx);
    expect(asked()).toEqual([1, 2]);
    expect(await runJobChunk(ctx, { jobId: id, generation: 1 })).toBeNull();
    await run(id, 2);
    expect(await executions()).toHaveLength(10);
    expect(await job(id)).toMatchObject({ status: "COMPLETED", processed: 10, created: 10 });
  });

  test("a backfill beside events of the same observations creates one execution for each", async () => {
    await receive(many(40).map(({ id }) => ({ id, level: "DEFAULT" })));
    const triggerId = await makeTrigger({ status: "ACTIVE" });
    const { id } = await start(triggerId);
    ctx.clock.advance(1);
    await Promise.all([run(id), ...Array.from({ length: 4 }, (_, n) => receive(many(40).slice(n * 10, n * 10 + 10)))]);
    const rows = await executions();
    expect(new Set(rows.map((row) => row.sourceId)).size).toBe(rows.length);
    expect(rows).toHaveLength(40);
  });

  test("a backfill whose trigger is gone ends with the reason", async () => {
    await receive(many(3));
    const triggerId = await makeTrigger();
    const { id } = await start(triggerId);
    await api.trigger.remove({ projectId, triggerId });
    expect(await runJobChunk(ctx, { jobId: id, generation: 1 })).toBeNull();
    expect(await job(id)).toMatchObject({ status: "FAILED", statusReason: "The trigger was deleted." });
  });
});
