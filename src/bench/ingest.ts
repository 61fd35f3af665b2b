import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { startThrowaway } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { observation, startApp } from "./deliver-app";
import { startReceiver } from "./deliver-receiver";
import { quantile, round, table } from "./figures";
import { PER_REQUEST, sendAll, SENDERS } from "./load";
import { watchPostgres, type PostgresWork } from "./watch-postgres";

/*
 * Measures the normal case: observations of 5 KB of which one in a hundred matches, from the event endpoint until they are
 * stored and decided: `npm run bench:ingest`. The baseline of the same run: plain inserts of the same rows, a hundred a
 * statement, into a table with the same columns and primary key on the same PostgreSQL (fsync on).
 */

const EVENTS = Number(process.env.EVENTS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const WARM_UP = 1_000;
const MATCHING = 0.01;
const BYTES = 5_000;
const POLL_MS = 25;
/** Approximate size of an observation's JSON without its input, bytes. */
const FRAME_BYTES = 1_150;

const postgres = await startThrowaway({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
const { connectionString } = postgres;
await applyMigrations(connectionString);
const receiver = await startReceiver();
const app = await startApp({ connectionString, allowedHosts: [receiver.host] });
const project = await app.makeProject([{ name: "answer", url: receiver.url }]);
const pool = new pg.Pool({ connectionString, max: SENDERS });

await ingest("warm", WARM_UP);
await insertCopies("warm", "warm");
const rounds: (Ingested & { baseline: number })[] = [];
for (let n = 0; n < ROUNDS; n++) {
  const ingested = await ingest(`round${n}`, EVENTS);
  rounds.push({ ...ingested, baseline: await insertCopies(`round${n}`, `copy${n}`) });
}
const median = (pick: (each: (typeof rounds)[number]) => number): number => quantile(rounds.map(pick), 0.5);
const each = (pick: (each: (typeof rounds)[number]) => number): string =>
  rounds.map((one) => round(pick(one), 0)).join(" ");
const decided = median(({ decidedPerSecond }) => decidedPerSecond);
const accepted = median(({ acceptedPerSecond }) => acceptedPerSecond);
const baseline = median((one) => one.baseline);
const share = quantile(
  rounds.map((one) => one.decidedPerSecond / one.baseline),
  0.5,
);
const kilobytes = median(({ work }) => work.walBytes) / EVENTS / 1_024;
const commits = median(({ work }) => work.commits) / EVENTS;
const rssMb = await app.rssMb();
console.log(
  table([
    [
      "stored and decided",
      `${round(decided)}/s`,
      `${EVENTS} observations of ${BYTES / 1_000} KB, ${MATCHING * 100} % match, ${PER_REQUEST} a request, ${SENDERS} requests at once; rounds: ${each((one) => one.decidedPerSecond)}`,
    ],
    ["accepted", `${round(accepted)}/s`, `rounds: ${each((one) => one.acceptedPerSecond)}`],
    [
      "plain inserts",
      `${round(baseline)}/s`,
      `the same rows, ${PER_REQUEST} a statement, ${SENDERS} at once; rounds: ${each((one) => one.baseline)}`,
    ],
    ["share", `1/${round(1 / share)}`, "of plain inserts (goal: 1/6)"],
    ["an observation", `${round(kilobytes)} KB of WAL`, `${round(commits, 3)} commits`],
    ["memory", `${rssMb} MB`, "of the program, resident, at the end"],
  ]),
);
await pool.end();
await app.stop();
await receiver.close();
await postgres.stop();
console.log(
  JSON.stringify({
    ingestedPerSecond: round(decided),
    acceptedPerSecond: round(accepted),
    insertsPerSecond: round(baseline),
    shareOfInserts: round(share, 3),
    walBytesPerObservation: Math.round(kilobytes * 1_024),
    commitsPerObservation: round(commits, 3),
    rssMb,
  }),
);

type Ingested = { decidedPerSecond: number; acceptedPerSecond: number; work: PostgresWork };

/** An observation of 5 KB. One in a hundred is an error that a trigger matches. */
function fiveKilobytes(id: string, n: number): object {
  const small = observation(id, "answer");
  const content = `Observation ${id}: how do I change the address that my invoices are sent to? `;
  const input = [{ role: "user", content: content.repeat(BYTES / content.length).slice(0, BYTES - FRAME_BYTES) }];
  return { ...small, level: n % (1 / MATCHING) === 0 ? "ERROR" : "DEFAULT", input };
}

/** Times a round: from the first event to the commit of all states, decisions and executions. */
async function ingest(prefix: string, count: number): Promise<Ingested> {
  const watch = await watchPostgres(connectionString);
  const from = performance.now();
  await sendAll({ count, make: (n) => fiveKilobytes(`${prefix}-${n}`, n), send: project.send });
  const acceptedSeconds = (performance.now() - from) / 1_000;
  while (await isEngineBusy()) await wait(POLL_MS);
  const seconds = (performance.now() - from) / 1_000;
  const made = [await countOf("observation", "id", prefix), await countOf("action_execution", "source_id", prefix)];
  if (made[0] !== count || made[1] !== count * MATCHING)
    throw new Error(`Of ${count} only ${made.join(" and ")} are there.`);
  return { decidedPerSecond: count / seconds, acceptedPerSecond: count / acceptedSeconds, work: await watch.stop() };
}

/** Whether events wait or runs are in progress. Counting rows would cost more with each round. */
async function isEngineBusy(): Promise<boolean> {
  const { rows } = await pool.query<{ isBusy: boolean }>(
    `SELECT EXISTS (SELECT FROM engine.batch_item) OR EXISTS (SELECT FROM engine.run WHERE status = 'running') AS "isBusy"`,
  );
  return rows[0]!.isBusy;
}

async function countOf(tableName: string, column: string, prefix: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${tableName} WHERE ${column} LIKE $1`,
    [`${prefix}-%`],
  );
  return rows[0]!.count;
}

/** Measures plain inserts of a round's rows into a new table, rows a second. */
async function insertCopies(prefix: string, tableName: string): Promise<number> {
  const { rows: read } = await pool.query<{ row: string }>(
    "SELECT to_jsonb(observation)::text AS row FROM observation WHERE id LIKE $1",
    [`${prefix}-%`],
  );
  await pool.query(`CREATE TABLE ${tableName} (LIKE observation INCLUDING DEFAULTS)`);
  await pool.query(`ALTER TABLE ${tableName} ADD PRIMARY KEY (project_id, event_source, id)`);
  const statements: string[] = [];
  for (let n = 0; n < read.length; n += PER_REQUEST)
    statements.push(
      `[${read
        .slice(n, n + PER_REQUEST)
        .map(({ row }) => row)
        .join(",")}]`,
    );
  const text = `INSERT INTO ${tableName} SELECT * FROM jsonb_populate_recordset(NULL::${tableName}, $1::jsonb)`;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      for (let next = statements.pop(); next; next = statements.pop()) await pool.query(text, [next]);
    }),
  );
  return (read.length * 1_000) / (performance.now() - from);
}
