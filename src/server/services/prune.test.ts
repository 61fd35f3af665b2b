import { beforeEach, expect, test } from "vitest";
import { createDatabase } from "@/server/db/client";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createActions } from "./action-creation";
import { pruneChunk, pruneSteps } from "./prune";
import { createTriggerCache } from "./trigger-cache";

const { ctx, database } = useTestContext();
let projectId: string;
const DAY_MS = 86_400_000;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  const action = await makeAction(ctx, projectId, "https://example.com/hook");
  await makeTrigger(ctx, projectId, [action.id]);
});

const send = (...events: ReturnType<typeof makeEvent>[]) =>
  createActions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
const prune = async () => {
  for (const step of pruneSteps) while ((await pruneChunk(ctx, step)).more);
};
/** Ends the project's executions as a delivery would, with one attempt each. */
async function finish() {
  await ctx.db.actionExecution.updateMany({
    where: { projectId },
    data: { status: "COMPLETED", attemptCount: 1, dispatchedAt: ctx.now() },
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

test("each kind goes when its own time has passed, and not before", async () => {
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
  expect((await send(makeEvent(ctx, { id: "obs-1" }))).dispatch).toEqual([]);
  expect(await counts()).toMatchObject({ executions: 1 });
});

test("what still waits is never pruned", async () => {
  await send(makeEvent(ctx, { id: "obs-1" }));
  ctx.clock.advance(200 * DAY_MS);
  await prune();
  expect(await ctx.db.actionExecution.findFirst({ where: { projectId } })).toMatchObject({
    status: "PENDING",
    input: expect.any(String),
  });
});

test("a project's own retention counts", async () => {
  await ctx.db.project.update({ where: { id: projectId }, data: { observationRetentionDays: 2 } });
  await send(makeEvent(ctx, { id: "obs-1" }));
  ctx.clock.advance(3 * DAY_MS);
  await prune();
  expect(await counts()).toMatchObject({ observations: 0 });
});

test("what is emptied already is not read again", async () => {
  const { id: actionId } = await makeAction(ctx, projectId, "https://example.com/hook");
  const { id: triggerId } = await makeTrigger(ctx, projectId, [actionId]);
  const old = new Date(ctx.now().getTime() - 40 * DAY_MS);
  await ctx.db.$executeRaw`
    INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status, status_reason, trigger_version, event_id, due_at, input, created_at)
    SELECT 'exe_' || n, ${projectId}, ${triggerId}, ${actionId}, 'observation.created', 'obs-' || n, 'COMPLETED', 'x', 1, 'e', ${old}, '{}', ${old} FROM generate_series(1, 5000) n`;
  await ctx.db.$executeRaw`
    INSERT INTO action_attempt (id, execution_id, project_id, number, status, lease_token, request, response_body, started_at)
    SELECT 'att_' || n, 'exe_' || n, ${projectId}, 1, 'SUCCEEDED', 'x', '{"url": "https://example.com"}', 'fine', ${old} FROM generate_series(1, 5000) n`;
  // One connection, whose counters are told to the server at once.
  const db = createDatabase(database.connectionString, 1);
  const rowsRead = async (): Promise<number> => {
    await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const [row] = await db.$queryRaw<{ n: bigint }[]>`
      SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint AS n FROM pg_stat_user_tables WHERE relname IN ('action_execution', 'action_attempt')`;
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
    // The few of other tests that still have something.
    expect(second.read).toBeLessThan(100);
    expect(await ctx.db.actionExecution.count({ where: { projectId, input: null } })).toBe(5_000);
  } finally {
    await db.$disconnect();
  }
});
