import { monitorEventLoopDelay } from "node:perf_hooks";
import { createDatabase } from "@/server/db/client";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { createTestContext } from "@/test/context";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";

/*
 * `npm run bench:large-batch`: measures one batch of 100 events of 40 KB that match 100 triggers. The result is 10,000
 * executions with 400 MB of bodies. It measures the total time, and the longest block of the event loop.
 */

const EVENTS = 100;
const TRIGGERS = 100;
const EVENT_BYTES = 40_000;

const postgres = await startThrowawayPostgres({ max_wal_size: "4GB" });
await applyMigrations(postgres.connectionString);
const db = createDatabase(postgres.connectionString, 4);
const ctx = createTestContext(db);
const cache = createTriggerCache();
const { id: projectId } = await makeProject(ctx);
const action = await makeAction(ctx, projectId, "https://example.com/hook", { detail: "full" });
for (let made = 0; made < TRIGGERS; made++) await makeTrigger(ctx, projectId, [action.id]);
const batch = (run: number, events: number) =>
  Array.from({ length: events }, (_, n) =>
    makeEvent(ctx, { id: `obs-${run}-${n}`, level: "ERROR", input: `${n} "quoted" ö `.repeat(EVENT_BYTES / 15) }),
  );
const run = (events: ReturnType<typeof batch>) =>
  createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });

await run(batch(0, 1));
const events = batch(1, EVENTS);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const start = performance.now();
let rssMax = 0;
const watch = setInterval(() => (rssMax = Math.max(rssMax, process.memoryUsage().rss)), 50);
const wakes = await run(events);
const seconds = (performance.now() - start) / 1_000;
delay.disable();
clearInterval(watch);
const executions = await db.actionExecution.count();
console.log(
  JSON.stringify({
    executions: executions - TRIGGERS,
    wakes: wakes.length,
    seconds: Number(seconds.toFixed(2)),
    eventLoopHeldMs: Math.round(delay.max / 1e6),
    rssMaxMb: Math.round(rssMax / 1_048_576),
  }),
);
await ctx.close();
await db.$disconnect();
await postgres.stop();
