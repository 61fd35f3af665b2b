import { randomBytes } from "node:crypto";
import { createTestContext } from "@/test/context";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { suggestFilterValues } from "@/server/services/executions/suggest-filter-values";
import { countExecutions } from "@/server/services/executions/count-executions";
import { listExecutions, type ListExecutionsInput } from "@/server/services/executions/list-executions";
import { formatTable, computeQuantile, roundToDigits } from "./figures";
import { measureExecutionPages } from "./history-pages";
import { insertExecutionHistory } from "./history-rows";

/*
 * Measures the queries of the executions page on 1,000,000 rows: `npm run bench:history`. Two projects share the table.
 * 96 % of the executions have completed; the others have other statuses. The baseline is the same first page of a
 * project with 1,000 executions. Then a browser uses the page on the built program, and the longest main-thread tasks
 * are listed.
 */

const ROWS = Number(process.env.ROWS ?? 1_000_000);
const SMALL = 1_000;
const ROUNDS = 40;
const PAGE = 50;

const postgres = await startThrowawayPostgres({ shared_buffers: "256MB", random_page_cost: "1.1", jit: "off" });
await applyMigrations(postgres.connectionString);
const db = createDatabase(postgres.connectionString, 4);
const encryptionKey = randomBytes(32).toString("base64");
const base = { ...createTestContext(db, { start: new Date() }), cipher: createCipher([encryptionKey]) };
const large = await insertExecutionHistory(base, ROWS);
const small = await insertExecutionHistory(base, SMALL);
await db.$executeRawUnsafe("VACUUM (ANALYZE) action_execution, observation");

const now = base.now().getTime();
const from = (days: number): Date => new Date(now - days * 86_400_000);
const deep = await cursorOfPage(100);
const list = (input: ListExecutionsInput) => () => listExecutions(large.ctx, { limit: PAGE, ...input });
const queries: Record<string, () => Promise<unknown>> = {
  "first page": list({}),
  "page 100": list({ cursor: deep }),
  failed: list({ status: ["ERROR"] }),
  "running or waiting": list({ status: ["RUNNING", "PENDING"] }),
  "one trigger": list({ triggerId: large.triggerIds[7] }),
  "one trigger, failed": list({ triggerId: large.triggerIds[7], status: ["ERROR"] }),
  "one trigger, skipped (none)": list({ triggerId: large.triggerIds[3], status: ["SKIPPED"] }),
  "one action, last day": list({ actionId: large.actionId, from: from(1) }),
  "a week, three weeks ago": list({ from: from(28), to: from(21) }),
  "code 5xx": list({ code: ["5xx"] }),
  "a rare code": list({ code: ["418"] }),
  "error timeout": list({ error: ["timeout"] }),
  "more than 2 attempts": list({ attempts: ">2" }),
  retrying: list({ status: ["RETRYING"] }),
  "a common name": list({ observationName: "answer" }),
  "a rare name": list({ observationName: "rare" }),
  "a rare environment": list({ environment: "staging" }),
  "a trace": list({ traceId: `trace-${Math.floor(ROWS / 40)}` }),
  "search: the beginning of a source id": list({ search: `obs-${Math.floor(ROWS / 2)}` }),
  "search: a code": list({ search: "503" }),
  "search: nothing": list({ search: "no such thing" }),
  "suggestions of codes": () => suggestFilterValues(large.ctx, { field: "code", text: "", filters: {} }),
  "suggestions of names": () => suggestFilterValues(large.ctx, { field: "name", text: "", filters: {} }),
  "by source id": list({ sourceId: `obs-${Math.floor(ROWS / 2)}` }),
  "counts of the statuses": () => countExecutions(large.ctx, {}),
  "counts of one trigger": () => countExecutions(large.ctx, { triggerId: large.triggerIds[7] }),
  "counts of the last day": () => countExecutions(large.ctx, { from: from(1) }),
  "baseline: first page of 1,000": () => listExecutions(small.ctx, { limit: PAGE }),
};
const figures: Record<string, { p50Ms: number; p95Ms: number }> = {};
for (const [name, query] of Object.entries(queries)) {
  await query();
  const times: number[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    const start = performance.now();
    await query();
    times.push(performance.now() - start);
  }
  figures[name] = {
    p50Ms: roundToDigits(computeQuantile(times, 0.5)),
    p95Ms: roundToDigits(computeQuantile(times, 0.95)),
  };
}
console.log(
  formatTable(Object.entries(figures).map(([name, { p50Ms, p95Ms }]) => [name, `p50 ${p50Ms} ms`, `p95 ${p95Ms} ms`])),
);
const longest = await measureExecutionPages(base, {
  connectionString: postgres.connectionString,
  encryptionKey,
  projectId: large.ctx.projectId,
});
console.log(formatTable(Object.entries(longest).map(([step, ms]) => [step, ms === 0 ? "below 50 ms" : `${ms} ms`])));
await base.close();
await db.$disconnect();
await postgres.stop();
const { "baseline: first page of 1,000": baseline, ...measured } = figures;
console.log(
  JSON.stringify({
    rows: ROWS,
    worstP95Ms: Math.max(...Object.values(measured).map(({ p95Ms }) => p95Ms)),
    baselineP95Ms: baseline!.p95Ms,
    longestTaskMs: Math.max(...Object.values(longest)),
    queries: measured,
  }),
);

async function cursorOfPage(number: number): Promise<string | null> {
  let cursor: string | null = null;
  for (let page = 1; page < number; page++)
    cursor = (await listExecutions(large.ctx, { limit: PAGE, cursor })).nextCursor;
  return cursor;
}
