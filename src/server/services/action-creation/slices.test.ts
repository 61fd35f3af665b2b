import { PrismaPg } from "@prisma/adapter-pg";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { PrismaClient } from "@/generated/prisma/client";
import type { Database } from "@/server/db/client";
import { isTransactionTimeout, isTransientDatabaseError } from "@/server/db/transient-errors";
import { createUtcClient, createUtcPool } from "@/server/db/utc-connection";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./create-executions";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";
import type { BatchEvent } from "../batch-event";

const { ctx, database } = useTestContext();
let cache: TriggerCache;
let projectId: string;

beforeEach(async () => {
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
});

const MB = 1024 * 1024;
const take = (events: BatchEvent[], limits?: { decisionsMax: number; bytesMax: number }, db: Database = ctx.db) =>
  createExecutions({ ...ctx, db }, cache, {
    projectId,
    eventSource: "observation.created",
    events,
    ...(limits && { limits }),
  });
const makeEvents = (count: number, field: object = {}) =>
  Array.from({ length: count }, (_, n) => makeEvent(ctx, { id: `obs-${n}`, ...field }));
const rejected = async () =>
  (await ctx.db.rejectedEvent.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map(
    ({ eventId, reason }) => ({
      eventId,
      reason,
    }),
  );

async function makeTriggers(count: number): Promise<void> {
  const { id } = await makeAction(ctx, projectId, "https://example.com/hook", { detail: "full" });
  for (let made = 0; made < count; made++) await makeTrigger(ctx, projectId, [id]);
}

/** The executions of each transaction, and the number of transactions of each observation. */
async function transactions() {
  const rows = await ctx.db.$queryRaw<{ xid: string; executions: number; bytes: number; ids: string[] }[]>`
    SELECT xmin::text AS xid, count(*)::int AS executions, sum(octet_length(input))::int AS bytes,
      array_agg(DISTINCT source_id) AS ids
    FROM action_execution WHERE project_id = ${projectId} GROUP BY 1`;
  return { rows, transactionsOfEach: rows.flatMap(({ ids }) => ids).length };
}

describe("a batch beyond the limits of one transaction", () => {
  test("is cut into slices of whole events by the number of executions, and creates each execution once", async () => {
    await makeTriggers(3);
    const events = makeEvents(20);
    expect(await take(events, { decisionsMax: 10, bytesMax: MB })).toHaveLength(60);
    const { rows, transactionsOfEach } = await transactions();
    expect(rows.map(({ executions }) => executions).sort((a, b) => b - a)).toEqual([9, 9, 9, 9, 9, 9, 6]);
    expect(transactionsOfEach).toBe(20);
    await take(events, { decisionsMax: 10, bytesMax: MB });
    expect(await ctx.db.actionExecution.count({ where: { projectId } })).toBe(60);
    expect(await ctx.db.observationRevision.count({ where: { projectId } })).toBe(20);
  });

  test("is cut by the bytes of its bodies", async () => {
    await makeTriggers(4);
    await take(makeEvents(10, { input: "x".repeat(100_000) }), { decisionsMax: 2_000, bytesMax: MB });
    const { rows, transactionsOfEach } = await transactions();
    expect(rows).toHaveLength(5);
    expect(Math.max(...rows.map(({ bytes }) => bytes))).toBeLessThanOrEqual(MB);
    expect(transactionsOfEach).toBe(10);
  });

  test("is never cut inside of an event, whatever its number of executions", async () => {
    await makeTriggers(30);
    await take(makeEvents(3), { decisionsMax: 10, bytesMax: MB });
    const { rows, transactionsOfEach } = await transactions();
    expect([rows.map(({ executions }) => executions), transactionsOfEach]).toEqual([[30, 30, 30], 3]);
  });

  test("applies the states of an observation in their order across slices", async () => {
    await makeTriggers(1);
    const states = [3, 1, 2].map((n) =>
      makeEvent(ctx, { id: "obs", name: `state ${n}` }, { ts: ctx.now().getTime() - 10 + n }),
    );
    await take(states, { decisionsMax: 1, bytesMax: MB });
    const { name, revisionCount } = await ctx.db.observation.findFirstOrThrow({ where: { projectId } });
    expect([name, revisionCount]).toEqual(["state 3", 3]);
    expect(await ctx.db.decision.count({ where: { projectId, kind: "ignored_older" } })).toBe(0);
  });
});

describe("a transaction that takes too long", () => {
  /** Makes PostgreSQL take 1.5 s for each observation called "slow". */
  async function makeSlow(): Promise<void> {
    await ctx.db.$executeRaw`
      CREATE OR REPLACE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END $$`;
    await ctx.db.$executeRaw`
      CREATE OR REPLACE TRIGGER slow BEFORE INSERT ON observation FOR EACH ROW WHEN (NEW.name = 'slow')
        EXECUTE FUNCTION be_slow()`;
    onTestFinished(async () => void (await ctx.db.$executeRaw`DROP TRIGGER slow ON observation`));
  }

  function connect(
    query: string,
    transactionOptions: { maxWait: number; timeout: number },
    { max = 4, lockTimeoutMs = 0 } = {},
  ): Database {
    const pool = createUtcPool(database.connectionString + query, { max, lockTimeoutMs });
    const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }), transactionOptions });
    onTestFinished(() => db.$disconnect());
    return db;
  }

  test.each([
    ["PostgreSQL ends its statement", "?options=-c%20statement_timeout%3D500", 30_000],
    ["Prisma ends it", "", 1_000],
  ])(
    "is split until the event at fault is alone and rejected, and the others are taken (%s)",
    async (_, query, timeout) => {
      await makeSlow();
      await makeTriggers(1);
      const db = connect(query, { maxWait: 5_000, timeout });
      const events = makeEvents(5);
      const slow = makeEvent(ctx, { id: "obs-slow", name: "slow" });
      expect(await take([...events.slice(0, 2), slow, ...events.slice(2)], undefined, db)).toHaveLength(5);
      expect(await rejected()).toEqual([
        { eventId: slow.id, reason: expect.stringMatching(/^It could not be processed: .*timeout/) as string },
      ]);
      expect(await ctx.db.observation.count({ where: { projectId } })).toBe(5);
    },
  );

  test("is retried and rejects nothing if another session holds a lock", async () => {
    await makeTriggers(1);
    const db = connect("", { maxWait: 5_000, timeout: 1_500 }, { lockTimeoutMs: 300 });
    const holder = createUtcClient(database.connectionString);
    await holder.connect();
    onTestFinished(() => holder.end());
    for (const table of ["action_execution", "observation", "trigger_configuration", "project", "decision"]) {
      await holder.query("BEGIN");
      await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      cache = createTriggerCache();
      const failure = await take(makeEvents(1), undefined, db).catch((error: unknown) => error);
      await holder.query("ROLLBACK");
      expect([table, isTransientDatabaseError(failure), isTransactionTimeout(failure)]).toEqual([table, true, false]);
    }
    expect(await rejected()).toEqual([]);
    expect(await take(makeEvents(1), undefined, db)).toHaveLength(1);
  });

  test("is retried and rejects nothing if it only found no connection", async () => {
    const db = connect("", { maxWait: 1_000, timeout: 20_000 }, { max: 1 });
    await db.$connect();
    let free: () => void = () => undefined;
    let busy: Promise<void> = Promise.resolve();
    await new Promise<void>((begun) => {
      busy = db.$transaction(() => {
        begun();
        return new Promise<void>((resolve) => (free = resolve));
      });
    });
    await expect(take(makeEvents(2), undefined, db)).rejects.toThrow(/Unable to start a transaction/);
    free();
    await busy;
    expect(await rejected()).toEqual([]);
  });
});
