import { setTimeout as wait } from "node:timers/promises";
import { encodeProtobuf } from "@/test/otlp-protobuf";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { makeBenchObservation, startBenchApp, type BenchProject } from "./deliver-app";
import { startBenchReceiver } from "./deliver-receiver";
import { computeQuantile, roundToDigits, formatTable } from "./figures";

/*
 * `npm run bench:large-exports`: 16 projects each send an OTLP export of 50 MB at once (512 spans of 100 KB). It
 * measures the program's peak memory, its answers, and the time of another project's small requests meanwhile. An
 * export that got 503 is sent again, as exporters do.
 */

const EXPORTS = Number(process.env.EXPORTS ?? 16);
const SPANS = 512;
const SPAN_BYTES = 100_000;
const PAUSE_MS = 50;
const REPEATS_MAX = 5;

const postgres = await startThrowawayPostgres({ max_wal_size: "4GB" });
const { connectionString } = postgres;
await applyMigrations(connectionString);
const receiver = await startBenchReceiver();
const app = await startBenchApp({ connectionString, allowedHosts: [receiver.host] });
const endpoints = [{ name: "answer", url: receiver.url }];
const quiet = await app.makeProject(endpoints);
const projects: BenchProject[] = [];
for (let n = 0; n < EXPORTS; n++) projects.push(await app.makeProject(endpoints));

const text = "How do I change the address that my invoices are sent to? ".repeat(SPAN_BYTES / 58);
const spans = Array.from({ length: SPANS }, (_, n) => ({
  ...{ traceId: "c".repeat(32), spanId: (n + 1).toString(16).padStart(16, "0"), name: "other" },
  ...{ startTimeUnixNano: "1767225600000000000", endTimeUnixNano: "1767225602500000000" },
  attributes: [{ key: "langfuse.observation.input", value: { stringValue: text } }],
}));
const body = encodeProtobuf({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

const before = await app.rssMb();
let rssMax = before;
let isSending = true;
const answers = new Map<string, number>();
const smallMs: number[] = [];
let smallFailed = 0;

const send = async (project: BenchProject): Promise<void> => {
  for (let tries = 0; tries <= REPEATS_MAX; tries++) {
    const status = await project.sendSpans(body).catch((error: Error) => error.message);
    answers.set(String(status), (answers.get(String(status)) ?? 0) + 1);
    if (status !== 503) return;
    await wait(1_000 * 1.5 ** tries);
  }
};
const sending = Promise.all(projects.map(send)).finally(() => (isSending = false));
const watching = (async () => {
  for (; isSending; await wait(PAUSE_MS)) rssMax = Math.max(rssMax, await app.rssMb());
})();
for (let n = 0; isSending; n++) {
  const from = performance.now();
  await quiet.send([makeBenchObservation(`small-${n}`, "small")]).catch(() => (smallFailed += 1));
  smallMs.push(performance.now() - from);
  await wait(PAUSE_MS);
}
await Promise.all([sending, watching]);
const told = [...answers].map(([answer, count]) => `${answer}: ${count}`).join(", ");
console.log(
  formatTable([
    ["memory", `${rssMax} MB`, `of the program, resident, at most (goal: 1,500); ${before} MB before`],
    ["answers", told, `to ${EXPORTS} exports of ${roundToDigits(body.byteLength / 1_048_576)} MB and their repeats`],
    [
      "small requests",
      `${roundToDigits(computeQuantile(smallMs, 0.99))} ms`,
      `p99 of ${smallMs.length}, p50 ${roundToDigits(computeQuantile(smallMs, 0.5))} ms, ${smallFailed} failed`,
    ],
  ]),
);
await app.stop();
await receiver.close();
await postgres.stop();
console.log(JSON.stringify({ rssMaxMb: rssMax, answers: Object.fromEntries(answers), smallFailed }));
