import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { computeQuantile, roundToDigits, formatTable } from "./figures";
import { startTwoProjectProgram } from "./neighbours-program";
import { neighbourDisturbances } from "./neighbours-disturbances";

/*
 * Measures how much one project delays another: `npm run bench:neighbours`. One project misbehaves in several ways, one
 * after the other, while another sends events at a steady pace. The goal is about its p99 from event to receipt, as the
 * median of the rounds. It may be twice its undisturbed value or 250 ms, whichever is more. The bench starts PostgreSQL
 * and a receiver, and starts the program again for each round. The first seconds of a load run much code for the first
 * time, so they have a figure of their own. `WAYS=templates npm run bench:neighbours` runs only the named ways.
 */

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const PER_SECOND = 20;
const SECONDS = Number(process.env.SECONDS ?? 10);
const WARM_UP_EVENTS = 100;
const FIRST_SECONDS = 2;
const PAUSE_MS = 1_000;
const ALLOWED_MS = 250;

const asked = process.env.WAYS?.split(",");
const chosen = neighbourDisturbances.filter(({ name }) => !asked || asked.includes(name));
const rows: string[][] = [["", "quiet p99", "first 2 s", "beside p99", "allowed", "", "what the other project does"]];
type Figures = {
  quietP99Ms: number;
  /** The p99 of the first seconds of a disturbance, in ms; null for a disturbance that is not steady. */
  firstP99Ms: number | null;
  besideP99Ms: number;
  allowedMs: number;
  isWithin: boolean;
};
const figures: Record<string, Figures> = {};

for (const way of chosen) {
  const quiet: number[] = [];
  const first: number[] = [];
  const beside: number[] = [];
  const program = await startTwoProjectProgram();
  await way.prepare(program);
  for (let n = 0; n < ROUNDS; n++) {
    await program.restart();
    await steadily(`warm${n}`, WARM_UP_EVENTS);
    quiet.push(await steadily(`quiet${n}`, PER_SECOND * SECONDS));
    const over = new AbortController();
    setMaxListeners(0, over.signal);
    const misbehaving = way.misbehave(program, over.signal);
    if (way.isSteady) first.push(await steadily(`first${n}`, PER_SECOND * FIRST_SECONDS));
    beside.push(await steadily(`beside${n}`, PER_SECOND * SECONDS));
    over.abort();
    await misbehaving;
    await wait(PAUSE_MS);
  }
  await program.stop();
  const [quietP99Ms, besideP99Ms] = [
    roundToDigits(computeQuantile(quiet, 0.5)),
    roundToDigits(computeQuantile(beside, 0.5)),
  ];
  const firstP99Ms = way.isSteady ? roundToDigits(computeQuantile(first, 0.5)) : null;
  const allowedMs = roundToDigits(Math.max(2 * quietP99Ms, ALLOWED_MS));
  const isWithin = besideP99Ms <= allowedMs;
  figures[way.name] = { quietP99Ms, firstP99Ms, besideP99Ms, allowedMs, isWithin };
  const verdict = isWithin ? "within" : "OVER";
  const firstText = firstP99Ms === null ? "" : `${firstP99Ms} ms`;
  rows.push([way.name, `${quietP99Ms} ms`, firstText, `${besideP99Ms} ms`, `${allowedMs} ms`, verdict, way.what]);

  /** Measures the steady project's p99 from event to receipt, in ms. */
  async function steadily(prefix: string, count: number): Promise<number> {
    const sentAt = new Map<string, number>();
    const arrived = program.receiver.expect(prefix, count);
    const from = performance.now();
    const answers: Promise<void>[] = [];
    for (let n = 0; n < count; n++) {
      await wait(Math.max(0, from + (n * 1_000) / PER_SECOND - performance.now()));
      const id = `${prefix}-${n}`;
      sentAt.set(id, performance.now());
      answers.push(program.sendAsNeighbour(id));
    }
    await Promise.all(answers);
    await arrived;
    return computeQuantile(program.receiver.latencies(prefix, sentAt), 0.99);
  }
}

console.log(formatTable(rows));
console.log(JSON.stringify(figures));
