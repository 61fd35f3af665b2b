import { fork } from "node:child_process";
import { once } from "node:events";
import pg from "pg";
import { Agent, request } from "undici";
import { urlOfApp } from "@/test/fork-app";
import { findRedisServer, startRedisServer } from "./redis";

/** A program built with BullMQ that does the same deliveries, with which the delivery bench compares. */
export type BullMqPeer = {
  /** Sends one request of observations to the BullMQ program. Resolves when its jobs are in Redis. */
  send(observations: readonly object[]): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the BullMQ program with its own database on the bench's PostgreSQL server. Returns null if there is no
 * redis-server.
 */
export async function startBullMqPeer(options: {
  connectionString: string;
  targetUrl: string;
}): Promise<BullMqPeer | null> {
  const file = findRedisServer();
  if (file === null) return null;
  const redis = await startRedisServer(file);
  const child = fork(new URL("./peer-process.ts", import.meta.url), {
    execArgv: ["--import", "tsx"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      PEER_REDIS_PORT: String(redis.port),
      PEER_DATABASE_URL: await makeDatabase(options.connectionString, "peer"),
      PEER_TARGET_URL: options.targetUrl,
    },
  });
  const url = await urlOfApp(child);
  const agent = new Agent({ connections: 64 });
  return {
    async send(observations) {
      const body = JSON.stringify(observations);
      const answer = await request(url, { method: "POST", body, dispatcher: agent });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`The peer answered ${answer.statusCode}: ${text}`);
    },
    async stop() {
      await agent.destroy();
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
      await redis.stop();
    },
  };
}

async function makeDatabase(connectionString: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  return url.href;
}
