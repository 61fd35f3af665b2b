import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { UnmatchedStorageLevel } from "@/domain/unmatched-storage";
import { encodeProtobuf } from "@/test/otlp-protobuf";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { subtractCpuTimes, readCpuTimeOfProgramAndPostgres, type CpuTimeOfProgramAndPostgres } from "./cpu-time";
import { makeBenchObservation, startBenchApp, type BenchProject } from "./deliver-app";
import { startBenchReceiver } from "./deliver-receiver";
import { computeQuantile, roundToDigits, formatTable } from "./figures";
import { EVENTS_PER_REQUEST, sendObservations, CONCURRENT_REQUESTS } from "./send-observations";
import { makeRandomText } from "./random-text";
import { measurePostgresWork, type PostgresWork } from "./measure-postgres-work";

/*
 * Measures the usual load: observations of 5 KB, of which one in a hundred matches a trigger: `npm run bench:ingest`.
 * They come through the event endpoint, and as OTLP spans in protobuf. The time ends when all are stored and decided.
 * KEEP=columns stores only columns of observations without a match. The baseline inserts the same rows plainly, a
 * hundred a statement, into a similar table on the same PostgreSQL (fsync on). Then it measures the unit costs for
 * docs/scaling.md: CPU, rows, runs and stored bytes of one observation.
 */

const EVENTS = Number(process.env.EVENTS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const WARM_UP = 1_000;
/** How many observations are stored to measure their bytes, for each setting of what is stored. */
const STORED = 1_000;
const MATCHING = 0.01;
const BYTES = 5_000;
/** The most spans of one OTLP request, as in OpenTelemetry's batch processor. */
const SPANS_PER_REQUEST = 512;
const POLL_MS = 25;
/** The pause in ms before a refused batch is sent again. Exporters wait as long as Retry-After says. */
const RETRY_MS = 1_000;
/** The approximate size of an observation's JSON without its input, in bytes. */
const FRAME_BYTES = 1_150;

const postgres = await startThrowawayPostgres({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
const { connectionString } = postgres;
await applyMigrations(connectionString);
const receiver = await startBenchReceiver();
const app = await startBenchApp({ connectionString, allowedHosts: [receiver.host] });
const pool = new pg.Pool({ connectionString, max: CONCURRENT_REQUESTS });
const keep = UnmatchedStorageLevel.parse(process.env.KEEP ?? "full");
const project = await makeProject(keep);

await ingest("warm", WARM_UP);
await ingest("aa", WARM_UP, { by: "otlp" });
await insertCopies("warm", "warm");
const rounds: (Ingested & { baseline: number; otlp: Ingested })[] = [];
for (let n = 0; n < ROUNDS; n++) {
  const ingested = await ingest(`round${n}`, EVENTS);
  const otlp = await ingest(`b${n}`, EVENTS, { by: "otlp" });
  rounds.push({ ...ingested, otlp, baseline: await insertCopies(`round${n}`, `copy${n}`) });
}
const storedBytes = { full: 0, cut: 0, columns: 0 };
for (const part of UnmatchedStorageLevel.options) storedBytes[part] = await bytesOfObservation(part);
const median = (pick: (each: (typeof rounds)[number]) => number): number => computeQuantile(rounds.map(pick), 0.5);
const each = (pick: (each: (typeof rounds)[number]) => number): string =>
  rounds.map((one) => roundToDigits(pick(one), 0)).join(" ");
const decided = median(({ decidedPerSecond }) => decidedPerSecond);
const accepted = median(({ acceptedPerSecond }) => acceptedPerSecond);
const baseline = median((one) => one.baseline);
const share = median((one) => one.decidedPerSecond / one.baseline);
const overOtlp = median(({ otlp }) => otlp.decidedPerSecond);
const costsOf = (pick: (each: (typeof rounds)[number]) => Ingested) => ({
  programMs: roundToDigits(median((one) => pick(one).cpu.programMs) / EVENTS, 3),
  postgresMs: roundToDigits(median((one) => pick(one).cpu.postgresMs) / EVENTS, 3),
  rows: roundToDigits(median((one) => pick(one).work.rows) / EVENTS, 2),
  runs: roundToDigits(median((one) => pick(one).runs) / EVENTS, 4),
  commits: roundToDigits(median((one) => pick(one).work.commits) / EVENTS, 3),
  walBytes: Math.round(median((one) => pick(one).work.walBytes) / EVENTS),
});
const costs = { events: costsOf((one) => one), otlp: costsOf(({ otlp }) => otlp) };
const engineBytes = await bytesOfEngineEvent();
const rssMb = await app.rssMb();
const both = (pick: (of: typeof costs.events) => number): string => `${pick(costs.events)} and ${pick(costs.otlp)}`;
const perRequest = (of: typeof costs.events, count: number): string =>
  `${roundToDigits((of.programMs + of.postgresMs) * count, 0)} ms a request of ${count}`;
console.log(
  formatTable([
    [
      "stored and decided",
      `${roundToDigits(decided)}/s`,
      `${EVENTS} observations of ${BYTES / 1_000} KB, ${MATCHING * 100} % match, ${EVENTS_PER_REQUEST} a request, ` +
        `${CONCURRENT_REQUESTS} requests at once; rounds: ${each((one) => one.decidedPerSecond)}`,
    ],
    [
      "over OTLP",
      `${roundToDigits(overOtlp)}/s`,
      `protobuf, ${SPANS_PER_REQUEST} spans a request: ${roundToDigits((100 * overOtlp) / decided, 0)} % of that ` +
        `(goal: 70 %); rounds: ${each(({ otlp }) => otlp.decidedPerSecond)}`,
    ],
    ["accepted", `${roundToDigits(accepted)}/s`, `rounds: ${each((one) => one.acceptedPerSecond)}`],
    [
      "plain inserts",
      `${roundToDigits(baseline)}/s`,
      `the same rows, ${EVENTS_PER_REQUEST} a statement, ${CONCURRENT_REQUESTS} at once; ` +
        `rounds: ${each((one) => one.baseline)}`,
    ],
    ["share", `1/${roundToDigits(1 / share)}`, "of plain inserts (goal: 1/6)"],
    ["unit costs", "an observation", "from the event endpoint, and over OTLP"],
    ["… CPU, program", both(({ programMs }) => programMs), "ms"],
    ["… CPU, PostgreSQL", both(({ postgresMs }) => postgresMs), "ms"],
    ["… CPU, both", perRequest(costs.events, EVENTS_PER_REQUEST), `and ${perRequest(costs.otlp, SPANS_PER_REQUEST)}`],
    ["… rows inserted", both(({ rows }) => rows), "state, revision, the engine's event and its place in a batch"],
    ["… runs", both(({ runs }) => runs), "of the matching functions: Inngest runs, were the engine a server"],
    ["… commits", both(({ commits }) => commits), ""],
    ["… WAL", both(({ walBytes }) => walBytes), "bytes"],
    ["… stored, full", `${storedBytes.full} bytes`, "of observations and their revisions, with indexes"],
    ["… stored, cut", `${storedBytes.cut} bytes`, "bodies cut at 64 KB"],
    ["… stored, columns", `${storedBytes.columns} bytes`, "no bodies"],
    ["… in the engine", `${engineBytes} bytes`, "the row of its event, for a day"],
    ["memory", `${rssMb} MB`, "of the program, resident, at the end"],
  ]),
);
await pool.end();
await app.stop();
await receiver.close();
await postgres.stop();
console.log(
  JSON.stringify({
    ingestedPerSecond: roundToDigits(decided),
    acceptedPerSecond: roundToDigits(accepted),
    otlpPerSecond: roundToDigits(overOtlp),
    insertsPerSecond: roundToDigits(baseline),
    shareOfInserts: roundToDigits(share, 3),
    ...{ costs, storedBytes, engineBytes, rssMb },
  }),
);

type Ingested = {
  decidedPerSecond: number;
  acceptedPerSecond: number;
  work: PostgresWork;
  cpu: CpuTimeOfProgramAndPostgres;
  /** The number of runs of the matching functions in this round. */
  runs: number;
};

/** Makes a project with a trigger on errors. `unmatched` says what is stored of observations without a match. */
async function makeProject(unmatched: UnmatchedStorageLevel): Promise<BenchProject> {
  const made = await app.makeProject([{ name: "answer", url: receiver.url }]);
  await pool.query("UPDATE project SET unmatched_storage = $1 WHERE id = (SELECT max(id) FROM project)", [unmatched]);
  return made;
}

/** Makes an observation of 5 KB. Every hundredth is an error, which a trigger matches. */
function fiveKilobytes(id: string, n: number): object {
  const small = makeBenchObservation(id, "answer");
  const input = [{ role: "user", content: makeRandomText(BYTES - FRAME_BYTES, n) }];
  return { ...small, level: n % (1 / MATCHING) === 0 ? "ERROR" : "DEFAULT", input };
}

/**
 * Makes a span id of 16 hexadecimal digits.
 * @param prefix its first two digits
 */
function spanId(prefix: string, n: number): string {
  return `${prefix}00${n.toString(16).padStart(12, "0")}`;
}

/** Makes an OTLP span with the same content as the observation, as Langfuse's SDK would send it. */
function spanOf(id: string, n: number): object {
  const attributes = {
    "langfuse.observation.type": "generation",
    "langfuse.observation.model.name": "gpt-5-mini",
    "langfuse.observation.input": JSON.stringify([{ role: "user", content: makeRandomText(BYTES - FRAME_BYTES, n) }]),
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

/** Times a round, from the first event to the commit of all observations, decisions and executions. */
async function ingest(
  prefix: string,
  count: number,
  { by = "events", to = project }: { by?: "events" | "otlp"; to?: BenchProject } = {},
): Promise<Ingested> {
  const watch = await measurePostgresWork(connectionString);
  const [cpuBefore, runsBefore] = [await readCpuTimeOfProgramAndPostgres(pool, app.pid), await countRuns()];
  const from = performance.now();
  if (by === "events")
    await sendObservations({ count, make: (n) => fiveKilobytes(`${prefix}-${n}`, n), send: to.send });
  else
    await sendObservations({
      ...{ count, perRequest: SPANS_PER_REQUEST, make: (n) => spanOf(spanId(prefix, n), n) },
      async send(spans) {
        const body = encodeProtobuf({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
        for (let status = await to.sendSpans(body); status !== 200; status = await to.sendSpans(body)) {
          if (status !== 503) throw new Error(`The OTLP endpoint answered ${status}.`);
          await wait(RETRY_MS);
        }
      },
    });
  const acceptedSeconds = (performance.now() - from) / 1_000;
  while (await isEngineBusy()) await wait(POLL_MS);
  const seconds = (performance.now() - from) / 1_000;
  const cpu = subtractCpuTimes(cpuBefore, await readCpuTimeOfProgramAndPostgres(pool, app.pid));
  const runs = (await countRuns()) - runsBefore;
  const ids = by === "events" ? `${prefix}-%` : `${prefix}00%`;
  const made = [await countOf("observation", "id", ids), await countOf("action_execution", "source_id", ids)];
  if (made[0] !== count || made[1] !== count * MATCHING)
    throw new Error(`Of ${count} only ${made.join(" and ")} are there.`);
  const perSecond = { decidedPerSecond: count / seconds, acceptedPerSecond: count / acceptedSeconds };
  return { ...perSecond, cpu, runs, work: await watch.stop() };
}

async function countRuns(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM engine.run WHERE function_id LIKE '%observation-%processor'",
  );
  return rows[0]!.count;
}

/** Measures the bytes that one more observation takes in PostgreSQL, with its revision and their indexes. */
async function bytesOfObservation(unmatched: UnmatchedStorageLevel): Promise<number> {
  const to = await makeProject(unmatched);
  const before = await bytesOfObservations();
  await ingest(`kept-${unmatched}`, STORED, { to });
  return Math.round(((await bytesOfObservations()) - before) / STORED);
}

async function bytesOfObservations(): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    "SELECT (pg_total_relation_size('observation') + pg_total_relation_size('observation_revision'))::float8 AS bytes",
  );
  return rows[0]!.bytes;
}

/** Measures the bytes of the engine's row for one event, without free space that is used again. */
async function bytesOfEngineEvent(): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    "SELECT round(avg(pg_column_size(e.*)))::float8 AS bytes FROM engine.event AS e",
  );
  return rows[0]!.bytes;
}

/** Tells whether events are waiting or runs are in progress. Counting all rows would get slower with each round. */
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

/** Measures how many rows a second plain inserts of a round's rows write into a new table. */
async function insertCopies(prefix: string, tableName: string): Promise<number> {
  const { rows: read } = await pool.query<{ row: string }>(
    "SELECT to_jsonb(observation)::text AS row FROM observation WHERE id LIKE $1",
    [`${prefix}-%`],
  );
  await pool.query(`CREATE TABLE ${tableName} (LIKE observation INCLUDING DEFAULTS)`);
  await pool.query(`ALTER TABLE ${tableName} ADD PRIMARY KEY (project_id, event_source, id)`);
  const statements: string[] = [];
  for (let n = 0; n < read.length; n += EVENTS_PER_REQUEST)
    statements.push(
      `[${read
        .slice(n, n + EVENTS_PER_REQUEST)
        .map(({ row }) => row)
        .join(",")}]`,
    );
  const text = `INSERT INTO ${tableName} SELECT * FROM jsonb_populate_recordset(NULL::${tableName}, $1::jsonb)`;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENT_REQUESTS }, async () => {
      for (let next = statements.pop(); next; next = statements.pop()) await pool.query(text, [next]);
    }),
  );
  return (read.length * 1_000) / (performance.now() - from);
}
