import { Pool } from "undici";
import { createSender } from "@/server/http/send";

const CONNECTIONS = 64;

/** Measures how many requests a second a plain undici Pool posts to `url`, as a baseline. */
export async function measureUndiciPosts(url: string, body: string, count: number): Promise<number> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const from = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next++ < count) {
        const { body: answer } = await pool.request({
          path: pathname,
          method: "POST",
          body,
          headers: { "content-type": "application/json" },
        });
        await answer.dump();
      }
    }),
  );
  const seconds = (performance.now() - from) / 1_000;
  await pool.close();
  return count / seconds;
}

/** Measures how many requests a second the program's own sender posts, with its guard and time limits. */
export async function measureWebhookSenderPosts(url: string, body: string, count: number): Promise<number> {
  const sender = createSender({ policy: { allowHttp: false, allowedPorts: [], allowedHosts: [new URL(url).host] } });
  const timeouts = { connectMs: 5_000, headersMs: 15_000, totalMs: 20_000 };
  const from = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next++ < count) {
        const sent = await sender.send({
          url,
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          timeouts,
        });
        if (sent.kind === "error") throw new Error(sent.message);
      }
    }),
  );
  const seconds = (performance.now() - from) / 1_000;
  await sender.close();
  return count / seconds;
}
