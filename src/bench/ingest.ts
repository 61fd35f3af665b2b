import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { encodeProtobuf } from "@/test/otlp-protobuf";
import { startThrowaway } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { observation, startApp } from "./deliver-app";
import { startReceiver } from "./deliver-receiver";
import { quantile, round, table } from "./figures";
import { PER_REQUEST, sendAll, SENDERS } from "./load";
import { watchPostgres, type PostgresWork } from "./watch-postgres";

/*
 * Measures the normal case: observations of 5 KB, of which one in a hundred matches. They come through the event
 * endpoint, and as spans over OTLP in protobuf. The time ends when they are stored and decided: `npm run bench:ingest`.
 * KEEP=columns stores only the columns of observations that no trigger matched. Baseline of the same run: plain inserts
 * of the same rows, a hundred a statement, into a table with the same columns and primary key on the same PostgreSQL
 * (fsync on).
 */

const EVENTS = Number(process.env.EVENTS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const WARM_UP = 1_000;
const MATCHING = 0.01;
const BYTES = 5_000;
/** The most spans of a request, as OpenTelemetry's batch processor sends them. */
const SPANS_PER_REQUEST = 512;
const POLL_MS = 25;
/** The pause before a batch is sent again, ms. Exporters do so after 503, as Retry-After says. */
const RETRY_MS = 1_000;
/** The approximate size of an observation's JSON without its input, bytes. */
const FRAME_BYTES = 1_150;

const postgres = await startThrowaway({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
const { connectionString } = postgres;
await applyMigrations(connectionString);
const receiver = await startReceiver();
const app = await startApp({ connectionString, allowedHosts: [receiver.host] });
const project = await app.makeProject([{ name: "answer", url: receiver.url }]);
const pool = new pg.Pool({ connectionString, max: SENDERS });
const keep = process.env.KEEP ?? "full";
await pool.query("UPDATE project SET unmatched_storage = $1", [keep]);

await ingest("warm", WARM_UP);
await ingest("aa", WARM_UP, "otlp");
await insertCopies("warm", "warm");
const rounds: (Ingested & { baseline: number; otlp: Ingested })[] = [];
for (let n = 0; n < ROUNDS; n++) {
  const ingested = await ingest(`round${n}`, EVENTS);
  const otlp = await ingest(`b${n}`, EVENTS, "otlp");
  rounds.push({ ...ingested, otlp, baseline: await insertCopies(`round${n}`, `copy${n}`) });
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
const overOtlp = median(({ otlp }) => otlp.decidedPerSecond);
const kilobytes = median(({ work }) => work.walBytes) / EVENTS / 1_024;
const commits = median(({ work }) => work.commits) / EVENTS;
const stored = await bytesOfObservation();
const rssMb = await app.rssMb();
console.log(
  table([
    [
      "stored and decided",
      `${round(decided)}/s`,
      `${EVENTS} observations of ${BYTES / 1_000} KB, ${MATCHING * 100} % match, ${PER_REQUEST} a request, ` +
        `${SENDERS} requests at once; rounds: ${each((one) => one.decidedPerSecond)}`,
    ],
    [
      "over OTLP",
      `${round(overOtlp)}/s`,
      `protobuf, ${SPANS_PER_REQUEST} spans a request: ${round((100 * overOtlp) / decided, 0)} % of that ` +
        `(goal: 70 %); rounds: ${each(({ otlp }) => otlp.decidedPerSecond)}`,
    ],
    ["accepted", `${round(accepted)}/s`, `rounds: ${each((one) => one.acceptedPerSecond)}`],
    [
      "plain inserts",
      `${round(baseline)}/s`,
      `the same rows, ${PER_REQUEST} a statement, ${SENDERS} at once; rounds: ${each((one) => one.baseline)}`,
    ],
    ["share", `1/${round(1 / share)}`, "of plain inserts (goal: 1/6)"],
    ["an observation", `${round(kilobytes)} KB of WAL`, `${round(commits, 3)} commits`],
    [
      "… on the disk",
      `${round(stored.states / 1_024)} KB`,
      `of observations and their revisions with indexes (KEEP=${keep}), and ${stored.engine} bytes of the ` +
        "engine's event",
    ],
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
    otlpPerSecond: round(overOtlp),
    insertsPerSecond: round(baseline),
    shareOfInserts: round(share, 3),
    walBytesPerObservation: Math.round(kilobytes * 1_024),
    commitsPerObservation: round(commits, 3),
    storedBytesPerObservation: Math.round(stored.states),
    engineBytesPerObservation: stored.engine,
    rssMb,
  }),
);

type Ingested = { decidedPerSecond: number; acceptedPerSecond: number; work: PostgresWork };

/** Makes an observation of 5 KB. One in a hundred is an error that a trigger matches. */
function fiveKilobytes(id: string, n: number): object {
  const small = observation(id, "answer");
  const content = `Observation ${id}: how do I change the address that my invoices are sent to? `;
  const input = [{ role: "user", content: content.repeat(BYTES / content.length).slice(0, BYTES - FRAME_BYTES) }];
  return { ...small, level: n % (1 / MATCHING) === 0 ? "ERROR" : "DEFAULT", input };
}

/** Makes a span id of 16 hexadecimal digits. @param prefix the first two digits */
function spanId(prefix: string, n: number): string {
  return `${prefix}00${n.toString(16).padStart(12, "0")}`;
}

/** Makes the same observation as a span of Langfuse's SDK. */
function spanOf(id: string, n: number): object {
  const content = `Observation ${id}: how do I change the address that my invoices are sent to? `;
  const text = content.repeat(BYTES / content.length).slice(0, BYTES - FRAME_BYTES);
  const attributes = {
    "langfuse.observation.type": "generation",
    "langfuse.observation.model.name": "gpt-5-mini",
    "langfuse.observation.input": JSON.stringify([{ role: "user", content: text }]),
    "langfuse.observation.usage_details": JSON.stringify({ input: 812, output: 96, total: 908 }),
    "langfuse.observation.cost_details": JSON.stringify({ input: 0.0002, output: 0.0004, total: 0.0006 }),
  };
  return {
    ...{ traceId: id.padStart(32, "c"), spanId: id, name: "answer" },
    ...{ startTimeUnixNano: "1767225600000000000", endTimeUnixNano: "1767225602500000000" },
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    status: n % (1 / MATCHING) === 0 ? { code: 2, message: "The model answered with an empty message." } : { code: 0 },
  };
}

/** Times a round, from the first event to the commit of all states, decisions and executions. */
async function ingest(prefix: string, count: number, by: "events" | "otlp" = "events"): Promise<Ingested> {
  const watch = await watchPostgres(connectionString);
  const from = performance.now();
  if (by === "events") await sendAll({ count, make: (n) => fiveKilobytes(`${prefix}-${n}`, n), send: project.send });
  else
    await sendAll({
      ...{ count, perRequest: SPANS_PER_REQUEST, make: (n) => spanOf(spanId(prefix, n), n) },
      async send(spans) {
        const body = encodeProtobuf({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
        for (let status = await project.sendSpans(body); status !== 200; status = await project.sendSpans(body)) {
          if (status !== 503) throw new Error(`The OTLP endpoint answered ${status}.`);
          await wait(RETRY_MS);
        }
      },
    });
  const acceptedSeconds = (performance.now() - from) / 1_000;
  while (await isEngineBusy()) await wait(POLL_MS);
  const seconds = (performance.now() - from) / 1_000;
  const ids = by === "events" ? `${prefix}-%` : `${prefix}00%`;
  const made = [await countOf("observation", "id", ids), await countOf("action_execution", "source_id", ids)];
  if (made[0] !== count || made[1] !== count * MATCHING)
    throw new Error(`Of ${count} only ${made.join(" and ")} are there.`);
  return { decidedPerSecond: count / seconds, acceptedPerSecond: count / acceptedSeconds, work: await watch.stop() };
}

/** Tells whether events wait or runs are in progress. Counting rows would cost more with each round. */
/**
 * Measures the bytes of one observation: of its rows and indexes, and of the engine's event without space that is used
 * again.
 */
async function bytesOfObservation(): Promise<{ states: number; engine: number }> {
  const { rows } = await pool.query<{ states: number; engine: number }>(`SELECT
    ((pg_total_relation_size('observation') + pg_total_relation_size('observation_revision'))
      / (SELECT count(*) FROM observation))::float8 AS states,
    (SELECT round(avg(pg_column_size(e.*)))::float8 FROM engine.event AS e) AS engine`);
  return rows[0]!;
}

async function isEngineBusy(): Promise<boolean> {
  const { rows } = await pool.query<{ isBusy: boolean }>(
    `
      SELECT EXISTS (SELECT FROM engine.batch_item)
        OR EXISTS (SELECT FROM engine.run WHERE status = 'running') AS "isBusy"`,
  );
  return rows[0]!.isBusy;
}

async function countOf(tableName: string, column: string, ids: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${tableName} WHERE ${column} LIKE $1`,
    [ids],
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
