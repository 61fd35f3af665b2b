import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDatabase, type Database } from "@/server/db/client";
import { newId } from "@/server/ids";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createTriggerCache } from "../matching/trigger-cache";
import { createExecutions } from "./create-executions";

const { ctx, database, receiver } = useTestContext();
/** The role of the program, apart from the role of the operator. */
const role = newId("prj");
let db: Database;
let projectId: string;

const asOperator = (sql: string): Promise<unknown> => database.db.$executeRawUnsafe(sql);

beforeAll(async () => {
  await asOperator(`CREATE ROLE ${role} LOGIN PASSWORD 'program'`);
  await asOperator(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
  const url = new URL(database.connectionString);
  [url.username, url.password] = [role, "program"];
  db = createDatabase(url.href, 2);
});
beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  await makeTrigger(ctx, projectId, [(await makeAction(ctx, projectId, receiver.url("200"))).id]);
});
afterAll(async () => {
  await db.$disconnect();
  await asOperator(`DROP OWNED BY ${role}`);
  await asOperator(`DROP ROLE ${role}`);
});

test.each([
  [
    "its role lost a right",
    `REVOKE INSERT ON action_execution FROM ${role}`,
    `GRANT INSERT ON action_execution TO ${role}`,
  ],
  ["its role may not sign in", `ALTER ROLE ${role} NOLOGIN`, `ALTER ROLE ${role} LOGIN`],
  [
    "a table is missing",
    "ALTER TABLE trigger_counter RENAME TO elsewhere",
    "ALTER TABLE elsewhere RENAME TO trigger_counter",
  ],
  [
    "a column is missing",
    "ALTER TABLE trigger_counter RENAME failed TO f",
    "ALTER TABLE trigger_counter RENAME f TO failed",
  ],
  ["it is read-only", `ALTER ROLE ${role} SET default_transaction_read_only = on`, `ALTER ROLE ${role} RESET ALL`],
])("a database that an operator must correct rejects no event: %s", async (_what, breaks, mends) => {
  const events = ["obs-1", "obs-2"].map((id) => makeEvent(ctx, { id }));
  const create = () =>
    createExecutions({ ...ctx, db }, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  const newConnections = () =>
    asOperator(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
  await asOperator(breaks);
  await newConnections();
  await expect(create()).rejects.toThrow();
  await asOperator(mends);
  await newConnections();
  await expect.poll(() => create().then(() => "created", String)).toBe("created");
  expect(await ctx.db.rejectedEvent.count({ where: { projectId } })).toBe(0);
  expect(await ctx.db.actionExecution.count({ where: { projectId } })).toBe(2);
});
