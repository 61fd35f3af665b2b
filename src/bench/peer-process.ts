import { createHmac, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Queue, Worker } from "bullmq";
import pg from "pg";
import { Pool } from "undici";

/*
 * The BullMQ program of the delivery bench, as a separate process. A team could build such a program in a day. It
 * stores no decisions, and has no retries that wait, no breakers and no history of attempts. Each observation is a job.
 * Each observation with level ERROR leads to a webhook, which is another job. Its execution is a row, inserted before
 * the webhook and updated after a success. PEER_REDIS_PORT, PEER_DATABASE_URL and PEER_TARGET_URL name Redis, database
 * and receiver.
 */

type Observation = { id: string; level: string };
type Webhook = { executionId: string; observation: Observation };

const CONCURRENCY = 50;
const SECRET = randomBytes(32);
const target = new URL(process.env.PEER_TARGET_URL!);
const connection = { host: "127.0.0.1", port: Number(process.env.PEER_REDIS_PORT) };
const options = { connection, defaultJobOptions: { removeOnComplete: true, attempts: 10 } };

const database = new pg.Pool({ connectionString: process.env.PEER_DATABASE_URL, max: 20 });
await database.query(
  `CREATE TABLE IF NOT EXISTS execution (
     id text PRIMARY KEY, observation_id text NOT NULL, status text NOT NULL, input text NOT NULL,
     response_status int, created_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz)`,
);
const observations = new Queue<Observation>("observations", options);
const webhooks = new Queue<Webhook>("webhooks", options);
const receiver = new Pool(target.origin, { connections: 64 });

new Worker<Observation>(
  "observations",
  async ({ data: observation }) => {
    if (observation.level !== "ERROR") return;
    const executionId = `execution-${observation.id}`;
    await database.query(
      "INSERT INTO execution (id, observation_id, status, input) VALUES ($1, $2, 'PENDING', $3) ON CONFLICT DO NOTHING",
      [executionId, observation.id, JSON.stringify(observation)],
    );
    await webhooks.add("webhook", { executionId, observation });
  },
  { connection, concurrency: CONCURRENCY },
);

new Worker<Webhook>(
  "webhooks",
  async ({ data: { executionId, observation } }) => {
    const now = new Date();
    const data = { trigger: { id: "trigger" }, execution: { id: executionId }, observation };
    const body = JSON.stringify({ type: "observation.created", timestamp: now.toISOString(), data });
    const timestamp = String(Math.floor(now.getTime() / 1_000));
    const signature = createHmac("sha256", SECRET).update(`${executionId}.${timestamp}.${body}`).digest("base64");
    const answer = await receiver.request({
      path: target.pathname,
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": executionId,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      },
      body,
    });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`The receiver answered ${answer.statusCode}.`);
    await database.query(
      "UPDATE execution SET status = 'COMPLETED', response_status = $2, finished_at = now() WHERE id = $1",
      [executionId, answer.statusCode],
    );
  },
  { connection, concurrency: CONCURRENCY },
);

const server = createServer((request, response) => {
  void take(request).then(
    () => response.end("{}"),
    (error: Error) => response.writeHead(500).end(error.message),
  );
});
server.listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit(0));

async function take(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const list = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Observation[];
  await observations.addBulk(list.map((data) => ({ name: "observation", data })));
}
