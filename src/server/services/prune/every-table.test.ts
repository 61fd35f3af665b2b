import pg from "pg";
import { expect, test } from "vitest";
import { createUtcPool } from "@/server/db/utc-connection";
import { createEngineTables } from "@/server/engine/backup-events";
import { useTestContext } from "@/test/use-test-context";
import { pruneSteps, type PruneStep } from "../prune";

const { database } = useTestContext();

/** The end of a table's rows: a prune step, the end of the rows that they belong to, or a deletion by people. */
type End =
  | { step: PruneStep }
  /** these rows end with the rows of that table */
  | { with: string }
  /** people make these rows; each stays until somebody removes it, or for good if other rows name it */
  | { people: string }
  /** a fixed number of rows for each row of that table */
  | { bounded: string }
  /**
   * the engine prunes the table itself: engine/loops/history-pruner.ts; src/server/engine/README.md has the retention
   */
  | { engine: string };

const ends: Record<string, End> = {
  user: { people: "an account" },
  account: { with: "user" },
  session: { step: "sessions" },
  verification: { step: "verifications" },
  rate_limit: { step: "limits" },
  token_bucket: { step: "limits" },
  live_stream: { step: "limits" },
  person_look: { bounded: "one for each account" },
  access_link: { step: "links" },
  project: { people: "a project; deleted ones stay, emptied, so that their ids stay taken" },
  membership: { people: "a place in a project" },
  api_token: { people: "a token; revoked ones stay, so that the audit log names them" },
  api_request: { step: "API answers" },
  trigger_draft: { step: "drafts" },
  event_key: { people: "a key; revoked ones stay, so that events name them" },
  model_price: { people: "a price of the project's own" },
  audit_log: { step: "audit log" },
  instance_secret: { bounded: "one for each use of a key in the program" },
  trigger_configuration: { people: "a trigger; deleted ones stay as the name of their history" },
  trigger_shadow: { bounded: "one for each trigger" },
  shadow_difference: { step: "shadow differences" },
  trigger_change: { bounded: "one for each trigger" },
  trigger_action: { people: "a trigger's actions" },
  configuration_version: { step: "versions" },
  saved_view: { people: "a saved view" },
  job: { step: "jobs" },
  action_configuration: { people: "an action; deleted ones stay as the name of their history" },
  action_secret: { people: "a signing secret; old ones go at the next rotation" },
  action_health: { bounded: "one for each action" },
  action_hour: { step: "counters" },
  action_minute: { step: "counters" },
  trigger_counter: { step: "counters" },
  evaluation_counter: { step: "counters" },
  test_receipt: { step: "test receipts" },
  source_counter: { step: "counters" },
  redaction: { bounded: "one for each project" },
  operational_webhook: { bounded: "one for each project" },
  operational_notice: { step: "notices" },
  notice: { step: "notices" },
  email: { step: "notices" },
  notice_reader: { bounded: "one for each person and project" },
  email_choice: { bounded: "one for each account" },
  observation: { step: "observations" },
  observation_revision: { step: "revisions" },
  trace_attributes: { step: "traces" },
  decision: { step: "decisions" },
  rejected_event: { step: "rejected events" },
  action_execution: { step: "executions" },
  action_attempt: { step: "executions" },
  _prisma_migrations: { bounded: "one for each migration" },
  "engine.migration": { bounded: "one for each migration" },
  "engine.process": { engine: "a process that has died" },
  "engine.event": { engine: "a day after it was received, once no run needs it" },
  "engine.run": { engine: "a day after it has ended" },
  "engine.step": { with: "engine.run" },
  "engine.item": { engine: "when its work is done" },
  "engine.batch_item": { engine: "when its batch starts" },
  "engine.idempotency": { engine: "when it expires" },
  "engine.cron": { bounded: "one for each cron trigger of a function" },
};

test("the rows of every table have an end, or people alone make them", async () => {
  const pool = createUtcPool(database.connectionString, { max: 1 });
  await createEngineTables(pool);
  await pool.end();
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'
       AND n.nspname IN ('public', 'engine')`,
  );
  await client.end();
  expect(Object.keys(ends).sort()).toEqual(rows.map(({ name }) => name).sort());
  const steps = Object.values(ends).flatMap((end) => ("step" in end ? [end.step] : []));
  expect([...new Set([...steps, "bodies"])].sort()).toEqual([...pruneSteps].sort());
});
