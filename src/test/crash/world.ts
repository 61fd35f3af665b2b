import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { createTestContext } from "../context";
import { makeAction, makeEventKey, makeProject, makeTrigger } from "../factories";
import { createApp, type App } from "./app";
import { startLoad, type Load } from "./load";
import type { CrashPostgres } from "./postgres";
import type { Random } from "../random";
import { receiverPaths, startCrashReceiver, type CrashReceiver, type ReceiverPath } from "./receiver";

export type Query = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/**
 * The surroundings of a scenario: a project with triggers and actions on a database of its own, a receiver, and the
 * program in one or more processes.
 */
export type World = {
  apps: App[];
  receiver: CrashReceiver;
  eventKey: string;
  projectId: string;
  /** by kind of observation: the paths of the receiver that get a webhook of it, once each */
  deliveries: Record<string, ReceiverPath[]>;
  query: Query;
  startLoad(senders?: number): Load;
  /**
   * Waits until nothing is left to do. Resolves with the milliseconds that took; rejects after `withinMs` with what is
   * left.
   */
  settle(withinMs: number): Promise<number>;
  close(): Promise<void>;
};

/** The delays are short, so that retries fall into the test. There are eight, so that no execution gives up. */
const RETRY = { preset: "custom" as const, delaysSeconds: [1, 1, 1, 1, 1, 1, 1, 1] };

export async function createWorld(postgres: CrashPostgres, random: Random, appCount: number): Promise<World> {
  const connectionString = await postgres.createDatabase();
  const pool = new pg.Pool({ connectionString, max: 3 });
  pool.on("error", () => undefined);
  const query: Query = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows;
  await watchStatuses(query);
  const receiver = await startCrashReceiver();
  const encryptionKey = randomBytes(32).toString("base64");
  const { projectId, eventKey, deliveries } = await furnish(connectionString, encryptionKey, receiver);
  const options = { connectionString, encryptionKey, allowedHosts: [receiver.host] };
  const apps = await Promise.all(Array.from({ length: appCount }, () => createApp(options)));
  return {
    apps,
    receiver,
    eventKey,
    projectId,
    deliveries,
    query,
    startLoad: (senders) =>
      startLoad({
        targets: apps.map((app) => app.url),
        eventKey,
        random: random.fork(),
        ...(senders ? { senders } : {}),
      }),
    settle: (withinMs) => settle(query, withinMs),
    async close() {
      await Promise.all(apps.map((app) => app.kill()));
      await receiver.close();
      await pool.end();
    },
  };
}

/** Records each change of a final status. The account then reports it as a violation. */
async function watchStatuses(query: Query): Promise<void> {
  await query(`
    CREATE TABLE crash_left_final (execution_id text, was text, became text);
    CREATE FUNCTION crash_left_final() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO crash_left_final VALUES (OLD.id, OLD.status, NEW.status); RETURN NULL; END $$;
    CREATE TRIGGER crash_left_final AFTER UPDATE ON action_execution FOR EACH ROW
      WHEN (OLD.status IN ('COMPLETED', 'ERROR', 'SKIPPED') AND NEW.status <> OLD.status)
        EXECUTE FUNCTION crash_left_final()`);
}

async function furnish(
  connectionString: string,
  encryptionKey: string,
  receiver: CrashReceiver,
): Promise<Pick<World, "projectId" | "eventKey" | "deliveries">> {
  const db = createDatabase(connectionString, 2);
  const ctx = { ...createTestContext(db), cipher: createCipher([encryptionKey]) };
  try {
    const { id: projectId } = await makeProject(ctx);
    const eventKey = await makeEventKey(ctx, projectId);
    const actions = {} as Record<ReceiverPath, string>;
    for (const path of receiverPaths) {
      const { id, secret } = await makeAction(ctx, projectId, receiver.url(path), { retry: RETRY });
      // The account takes the path of an execution's receiver from its action's name.
      await db.actionConfiguration.update({ where: { id }, data: { name: path } });
      receiver.setSecret(path, secret);
      actions[path] = id;
    }
    const deliveries: World["deliveries"] = {
      now: ["ok", "slow"],
      twice: ["ok"],
      flaky: ["flaky"],
      delayed: ["ok"],
      cancelled: ["ok"],
    };
    for (const [name, paths] of Object.entries(deliveries)) {
      const delaySeconds = { delayed: 1, cancelled: 2 }[name] ?? 0;
      await makeTrigger(
        ctx,
        projectId,
        paths.map((path) => actions[path]),
        { filter: nameIs(name), delaySeconds },
      );
    }
    return { projectId, eventKey, deliveries };
  } finally {
    await ctx.close();
    await db.$disconnect();
  }
}

const nameIs = (name: string) => ({
  type: "group" as const,
  match: "all" as const,
  children: [{ type: "condition" as const, column: "name", operator: "any of" as const, value: [name] }],
});

/** Counts unfinished work of each kind. Runs of the sweeper and the pruner are left out, since there is always one. */
const LEFT = `
  SELECT (SELECT count(*)::int FROM action_execution WHERE status IN ('PENDING', 'RUNNING')) AS executions,
         (SELECT count(*)::int FROM engine.event WHERE NOT routed) AS unrouted,
         (SELECT count(*)::int FROM engine.batch_item) AS batched,
         (SELECT count(*)::int FROM engine.run WHERE status = 'running'
           AND function_id !~ '(sweep|prune-history)$') AS runs`;

async function settle(query: Query, withinMs: number): Promise<number> {
  const from = Date.now();
  for (;;) {
    const [left] = await query<Record<string, number>>(LEFT);
    if (Object.values(left!).every((count) => count === 0)) return Date.now() - from;
    if (Date.now() - from > withinMs)
      throw new Error(`After ${withinMs} ms there is still work left: ${JSON.stringify(left)}`);
    await wait(100);
  }
}
