import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { applyMigrations } from "@/server/db/migrate";
import { startThrowaway } from "@/server/db/embedded";
import { startApp, type BenchApp } from "./deliver-app";
import { startReceiver, type BenchReceiver } from "./deliver-receiver";
import { quantile, round, table } from "./figures";

/*
 * Measures what a dead and a failing endpoint cost the healthy ones: `npm run bench:fairness`. The baseline of the same run:
 * the same load for 50 healthy endpoints alone. The rounds of both alternate, so that what else the machine does meets both.
 * Then, with WAITING executions waiting for the dead endpoint, the memory and the healthy ones once more.
 */

const HEALTHY = 50;
const EVENTS = Number(process.env.EVENTS ?? 10_000);
const WAITING = Number(process.env.WAITING ?? 100_000);
const ROUNDS = 3;
const PER_REQUEST = 100;
const SENDERS = 4;
const WARM_UP = 2_000;

const postgres = await startThrowaway({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
await applyMigrations(postgres.connectionString);
const receiver = await startReceiver();
const dead = await serve(() => undefined);
const failing = await serve((_request, response) => response.writeHead(500).end());
const healthy = Array.from({ length: HEALTHY }, (_, n) => ({ name: `healthy-${n}`, url: `${receiver.url}${n}` }));
const endpoints = [...healthy, { name: "dead", url: dead.url }, { name: "failing", url: failing.url }];
const app = await startApp({ connectionString: postgres.connectionString, endpoints });

await measure(app, receiver, "warm", WARM_UP, false);
const alone: number[] = [];
const beside: number[] = [];
for (let n = 0; n < ROUNDS; n++) {
  alone.push(await measure(app, receiver, `alone${n}`, EVENTS, false));
  beside.push(await measure(app, receiver, `beside${n}`, EVENTS, true));
}
const rssMb = await app.rssMb();
let rssPeakMb = rssMb;
await sendAll(
  app,
  Array.from({ length: WAITING }, (_, n) => ({ id: `waiting-${n}`, name: "dead" })),
  async () => {
    rssPeakMb = Math.max(rssPeakMb, await app.rssMb());
  },
);
await untilDecided("waiting-%", WAITING);
const whileWaiting = await measure(app, receiver, "while", EVENTS, false);
rssPeakMb = Math.max(rssPeakMb, await app.rssMb());
const [aloneMedian, besideMedian] = [quantile(alone, 0.5), quantile(beside, 0.5)];
const lossPercent = 100 * (1 - besideMedian / aloneMedian);
console.log(
  table([
    [
      "healthy alone",
      `${round(aloneMedian)}/s`,
      `${EVENTS} observations over ${HEALTHY} endpoints; rounds: ${alone.map((each) => round(each)).join(" ")}`,
    ],
    [
      "beside a dead and a failing one",
      `${round(besideMedian)}/s`,
      `of the healthy ones, each endpoint with the same share; rounds: ${beside.map((each) => round(each)).join(" ")}`,
    ],
    ["lost", `${round(lossPercent)} %`, "of the medians"],
    ["memory", `${rssMb} MB`, "of the program, resident, after the rounds"],
    ["healthy, while others wait", `${round(whileWaiting)}/s`, `with ${WAITING} executions waiting for the dead one`],
    ["memory, while others wait", `${rssPeakMb} MB`, "the most"],
  ]),
);
await app.stop();
await Promise.all([receiver.close(), dead.close(), failing.close()]);
await postgres.stop();
console.log(
  JSON.stringify({
    healthyAlonePerSecond: round(aloneMedian),
    healthyBesidePerSecond: round(besideMedian),
    lossPercent: round(lossPercent),
    rssMb,
    waiting: WAITING,
    healthyWhileWaitingPerSecond: round(whileWaiting),
    rssWhileWaitingMb: rssPeakMb,
  }),
);

/** Deliveries a second to the healthy endpoints, from the first event sent to the last webhook received. */
async function measure(
  target: BenchApp,
  to: BenchReceiver,
  prefix: string,
  count: number,
  withOthers: boolean,
): Promise<number> {
  const ids = Array.from({ length: count }, (_, n) => ({ id: `${prefix}-${n}`, name: `healthy-${n % HEALTHY}` }));
  const others = withOthers
    ? ["dead", "failing"].flatMap((name) =>
        Array.from({ length: count / HEALTHY }, (_, n) => ({ id: `${prefix}${name}-${n}`, name })),
      )
    : [];
  // Each request has its share of all endpoints.
  const step = others.length === 0 ? 0 : Math.floor(ids.length / others.length);
  const all = ids.flatMap((item, n) =>
    step > 0 && n % step === 0 && others[n / step] ? [item, others[n / step]!] : [item],
  );
  const arrived = to.expect(prefix, count);
  const from = performance.now();
  await sendAll(target, all);
  await arrived;
  return (count * 1_000) / (performance.now() - from);
}

/** Until there are executions for so many observations: what the matcher has still to do is not what is measured. */
async function untilDecided(sourceIdLike: string, count: number): Promise<void> {
  const db = new pg.Client({ connectionString: postgres.connectionString });
  await db.connect();
  for (;;) {
    const { rows } = await db.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM action_execution WHERE source_id LIKE $1",
      [sourceIdLike],
    );
    if (rows[0]!.count >= count) break;
    await wait(500);
  }
  await db.end();
}

async function sendAll(
  target: BenchApp,
  all: readonly { id: string; name: string }[],
  afterHundred: () => Promise<void> = async () => undefined,
): Promise<void> {
  const names = new Map(all.map(({ id, name }) => [id, name]));
  let next = 0;
  let requests = 0;
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (next < all.length) {
        const chunk = all.slice(next, next + PER_REQUEST).map(({ id }) => id);
        next += chunk.length;
        await target.send(chunk, (id) => names.get(id)!);
        if (++requests % 100 === 0) await afterHundred();
      }
    }),
  );
}

async function serve(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
