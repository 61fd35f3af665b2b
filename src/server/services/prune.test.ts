import { beforeEach, expect, test } from "vitest";
import { createDatabase } from "@/server/db/client";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./action-creation/create-executions";
import { pruneChunk, pruneSteps } from "./prune";
import { createTriggerCache } from "./matching/trigger-cache";
import { getTestPasswordHash } from "@/test/people";
import { createUser } from "./users";

const { ctx, database } = useTestContext();
let projectId: string;
const DAY_MS = 86_400_000;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  const action = await makeAction(ctx, projectId, "https://example.com/hook");
  await makeTrigger(ctx, projectId, [action.id]);
});

const send = (...events: ReturnType<typeof makeEvent>[]) =>
  createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
const prune = async () => {
  for (const step of pruneSteps) while ((await pruneChunk(ctx, step)).more);
};
/** Ends the project's executions as a delivery would, with one attempt each. */
async function finish() {
  await ctx.db.actionExecution.updateMany({
    where: { projectId },
    data: { status: "COMPLETED", attemptCount: 1 },
  });
  for (const { id } of await ctx.db.actionExecution.findMany({ where: { projectId } })) {
    await ctx.db.actionAttempt.create({
      data: {
        id: `att_${id}`,
        executionId: id,
        projectId,
        number: 1,
        status: "SUCCEEDED",
        leaseToken: "1:x",
        request: { url: "https://example.com" },
        responseBody: "fine",
        startedAt: ctx.now(),
      },
    });
  }
}
const counts = async () => ({
  observations: await ctx.db.observation.count({ where: { projectId } }),
  revisions: await ctx.db.observationRevision.count({ where: { projectId } }),
  decisions: await ctx.db.decision.count({ where: { projectId } }),
  rejected: await ctx.db.rejectedEvent.count({ where: { projectId } }),
  executions: await ctx.db.actionExecution.count({ where: { projectId } }),
  attempts: await ctx.db.actionAttempt.count({ where: { projectId } }),
});

test("each kind is removed when its own retention has passed, and not before", async () => {
  await send(makeEvent(ctx, { id: "obs-1" }), { ...makeEvent(ctx, { id: "x" }), data: { observation: {} } });
  await finish();
  const all = { observations: 1, revisions: 1, decisions: 1, rejected: 1, executions: 1, attempts: 1 };
  expect(await counts()).toEqual(all);
  const after = async (days: number) => {
    ctx.clock.advance(days * DAY_MS);
    await prune();
    return counts();
  };
  expect(await after(6.9)).toEqual(all);
  expect(await after(0.2)).toEqual({ ...all, revisions: 0, decisions: 0 });
  expect(await after(7)).toEqual({ ...all, revisions: 0, decisions: 0, rejected: 0 });
  expect(await ctx.db.actionExecution.findFirst({ where: { projectId } })).toMatchObject({ input: expect.any(String) });
  expect(await after(16)).toEqual({ ...all, revisions: 0, decisions: 0, rejected: 0, observations: 0 });
  expect(await ctx.db.actionExecution.findFirst({ where: { projectId } })).toMatchObject({ input: null });
  expect(await ctx.db.actionAttempt.findFirst({ where: { projectId } })).toMatchObject({
    responseBody: null,
    request: { removed: true },
  });
  expect(await after(60)).toEqual({
    observations: 0,
    revisions: 0,
    decisions: 0,
    rejected: 0,
    executions: 0,
    attempts: 0,
  });
});

test("an emptied execution stays as long as its observation does, and keeps it from firing twice", async () => {
  await send(makeEvent(ctx, { id: "obs-1" }));
  await finish();
  ctx.clock.advance(91 * DAY_MS);
  await ctx.db.observation.updateMany({ where: { projectId }, data: { receivedAt: ctx.now() } });
  await prune();
  expect(await counts()).toMatchObject({ observations: 1, executions: 1, attempts: 0 });
  expect(await send(makeEvent(ctx, { id: "obs-1" }))).toEqual([]);
  expect(await counts()).toMatchObject({ executions: 1 });
});

test("a waiting execution is never pruned", async () => {
  await send(makeEvent(ctx, { id: "obs-1" }));
  ctx.clock.advance(200 * DAY_MS);
  await prune();
  expect(await ctx.db.actionExecution.findFirst({ where: { projectId } })).toMatchObject({
    status: "PENDING",
    input: expect.any(String),
  });
});

test("a project's own retention applies", async () => {
  await ctx.db.project.update({ where: { id: projectId }, data: { observationRetentionDays: 2 } });
  await send(makeEvent(ctx, { id: "obs-1" }));
  ctx.clock.advance(3 * DAY_MS);
  await prune();
  expect(await counts()).toMatchObject({ observations: 0 });
});

test("an emptied row is not read again", async () => {
  const { id: actionId } = await makeAction(ctx, projectId, "https://example.com/hook");
  const { id: triggerId } = await makeTrigger(ctx, projectId, [actionId]);
  const old = new Date(ctx.now().getTime() - 40 * DAY_MS);
  await ctx.db.$executeRaw`
    INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status,
      status_reason, trigger_version, event_id, due_at, input, created_at)
    SELECT 'exe_' || n, ${projectId}, ${triggerId}, ${actionId}, 'observation.created', 'obs-' || n, 'COMPLETED', 'x',
      1, 'e', ${old}, '{}', ${old} FROM generate_series(1, 5000) n`;
  await ctx.db.$executeRaw`
    INSERT INTO action_attempt (id, execution_id, project_id, number, status, lease_token, request, response_body,
      started_at)
    SELECT 'att_' || n, 'exe_' || n, ${projectId}, 1, 'SUCCEEDED', 'x', '{"url": "https://example.com"}', 'fine',
      ${old} FROM generate_series(1, 5000) n`;
  // One connection, so that the server has its counters at once.
  const db = createDatabase(database.connectionString, 1);
  const rowsRead = async (): Promise<number> => {
    await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const [row] = await db.$queryRaw<{ n: bigint }[]>`
      SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint AS n FROM pg_stat_user_tables
        WHERE relname IN ('action_execution', 'action_attempt')`;
    return Number(row!.n);
  };
  const readBy = async (): Promise<{ touched: number; read: number }> => {
    const before = await rowsRead();
    let touched = 0;
    for (let more = true; more;) {
      const chunk = await pruneChunk({ ...ctx, db }, "bodies");
      touched += chunk.rows;
      more = chunk.more;
    }
    return { touched, read: (await rowsRead()) - before };
  };
  try {
    const first = await readBy();
    expect(first.touched).toBe(5_000);
    expect(first.read).toBeGreaterThanOrEqual(10_000);
    await db.$executeRaw`VACUUM ANALYZE action_execution`;
    await db.$executeRaw`VACUUM ANALYZE action_attempt`;
    const second = await readBy();
    expect(second.touched).toBe(0);
    // Other tests may have left a few rows.
    expect(second.read).toBeLessThan(100);
    expect(await ctx.db.actionExecution.count({ where: { projectId, input: null } })).toBe(5_000);
  } finally {
    await db.$disconnect();
  }
});

test("data without a project's retention is removed after the days of the settings", async () => {
  const at = (days: number) => new Date(ctx.now().getTime() - days * DAY_MS);
  const user = await createUser(ctx.db, {
    name: "Ada",
    email: "ada@example.com",
    passwordHash: await getTestPasswordHash(),
    now: at(500),
  });
  for (const days of [399, 401]) {
    const data = { projectId, actorLabel: "x", action: "x", summary: "x", createdAt: at(days) };
    await ctx.db.auditLog.create({ data: { ...data, id: `aud_${days}` } });
  }
  for (const days of [89, 91]) {
    await ctx.db.accessLink.create({
      data: {
        id: `lnk_${days}`,
        kind: "PASSWORD_RESET",
        tokenHash: `${days}`,
        email: "x",
        createdAt: at(days),
        expiresAt: at(days - 1),
      },
    });
    for (const [kind, finishedAt] of [
      ["resend", at(days)],
      ["backfill", at(days)],
      ["end_waiting", null],
    ] as const)
      await ctx.db.job.create({
        data: {
          id: `job_${kind}_${days}`,
          projectId,
          kind,
          params: {},
          ratePerMinute: 1,
          status: finishedAt ? "COMPLETED" : "RUNNING",
          statusReason: "",
          total: 0,
          wakeAt: at(days),
          createdByLabel: "x",
          createdAt: at(days),
          finishedAt,
        },
      });
  }
  for (const [id, expiresAt] of [
    ["gone", at(0.1)],
    ["stays", at(-1)],
  ] as const) {
    await ctx.db.session.create({ data: { id, token: id, userId: user.id, expiresAt } });
    await ctx.db.verification.create({ data: { id, identifier: id, value: id, expiresAt } });
  }
  await prune();
  const ids = async (rows: Promise<{ id: string }[]>) => (await rows).map(({ id }) => id).sort();
  expect(await ids(ctx.db.auditLog.findMany({ where: { projectId } }))).toEqual(["aud_399"]);
  expect(await ids(ctx.db.accessLink.findMany())).toEqual(["lnk_89"]);
  expect(await ids(ctx.db.job.findMany({ where: { projectId } }))).toEqual([
    "job_backfill_89",
    "job_end_waiting_89",
    "job_end_waiting_91",
    "job_resend_89",
  ]);
  expect(await ids(ctx.db.session.findMany())).toEqual(["stays"]);
  expect(await ids(ctx.db.verification.findMany())).toEqual(["stays"]);
});

test("a version is removed 90 days after the next one, unless an execution or a backfill may name it", async () => {
  const at = (days: number) => new Date(ctx.now().getTime() - days * DAY_MS);
  const version = (
    targetId: string,
    number: number,
    { createdAt, kind = "trigger" }: { createdAt: Date; kind?: string },
  ) =>
    ctx.db.configurationVersion.create({
      data: {
        id: `ver_${targetId}_${number}`,
        projectId,
        kind,
        targetId,
        version: number,
        snapshot: {},
        summary: "Changed.",
        revision: number,
        actorLabel: "x",
        createdAt,
      },
    });
  const make = async (targetId: string, kind?: string) => {
    await version(targetId, 1, { createdAt: at(300), kind });
    await version(targetId, 2, { createdAt: at(200), kind });
    await version(targetId, 3, { createdAt: at(89), kind });
  };
  for (const id of ["trg_unused", "trg_used", "trg_backfilled"]) await make(id);
  await make("act_unused", "action");
  const execution = {
    projectId,
    actionId: "act_other",
    eventSource: "observation.created",
    status: "COMPLETED" as const,
    statusReason: "x",
    eventId: "e",
    dueAt: at(1),
    input: null,
  };
  // The observation is kept, so its execution is kept too.
  await send(makeEvent(ctx, { id: "kept" }));
  await ctx.db.actionExecution.create({
    data: {
      ...execution,
      id: "exe_used",
      triggerId: "trg_used",
      sourceId: "kept",
      triggerVersion: 1,
      createdAt: at(299),
    },
  });
  await ctx.db.job.create({
    data: {
      id: "job_of_version",
      projectId,
      kind: "backfill",
      subjectId: "trg_backfilled",
      params: { triggerVersion: 1 },
      ratePerMinute: 1,
      status: "PAUSED",
      statusReason: "",
      total: 0,
      wakeAt: at(0),
      createdByLabel: "x",
    },
  });
  await prune();
  const left = await ctx.db.configurationVersion.findMany({ where: { projectId }, orderBy: { id: "asc" } });
  expect(left.map(({ id }) => id.slice(4))).toEqual([
    "act_unused_2",
    "act_unused_3",
    "trg_backfilled_1",
    "trg_backfilled_2",
    "trg_backfilled_3",
    "trg_unused_2",
    "trg_unused_3",
    "trg_used_1",
    "trg_used_2",
    "trg_used_3",
  ]);
});

test("hourly figures become daily ones after 90 days, with the same sums, and are kept", async () => {
  const old = (hour: string) => new Date(`2020-01-01T${hour}:00:00Z`);
  const recent = new Date(Math.floor(ctx.now().getTime() / 3_600_000) * 3_600_000 - 89 * DAY_MS);
  for (const hour of [old("00"), old("05"), old("23"), recent]) {
    await ctx.db.triggerCounter.create({ data: { triggerId: "trg_fold", hour, projectId, matched: 2, created: 1 } });
    await ctx.db.actionHour.create({
      data: {
        actionId: "act_fold",
        hour,
        projectId,
        attempts: 3,
        timeout: 1,
        latency: hour === old("05") ? [1] : [1, 2],
      },
    });
    for (const revision of [1n, 2n])
      await ctx.db.evaluationCounter.create({
        data: { projectId, eventSource: "observation.created", hour, revision, events: 5 },
      });
  }
  // The second folding adds late hours to a day that is folded already.
  await prune();
  await ctx.db.triggerCounter.create({ data: { triggerId: "trg_fold", hour: old("07"), projectId, matched: 2 } });
  await ctx.db.actionHour.create({
    data: { actionId: "act_fold", hour: old("07"), projectId, attempts: 1, latency: [0, 0, 4] },
  });
  await prune();
  const where = { where: { projectId }, orderBy: { hour: "asc" } } as const;
  expect(await ctx.db.triggerCounter.findMany({ ...where, where: { triggerId: "trg_fold" } })).toMatchObject([
    { hour: old("00"), matched: 8, created: 3 },
    { hour: recent, matched: 2, created: 1 },
  ]);
  expect(await ctx.db.actionHour.findMany(where)).toMatchObject([
    { hour: old("00"), attempts: 10, timeout: 3, latency: [3, 6, 4] },
    { hour: recent, attempts: 3, latency: [1, 2] },
  ]);
  expect(
    await ctx.db.evaluationCounter.findMany({ ...where, where: { projectId, revision: { lte: 2n } } }),
  ).toMatchObject([
    { hour: old("00"), events: 15 },
    { hour: old("00"), events: 15 },
    { hour: recent },
    { hour: recent },
  ]);
});
