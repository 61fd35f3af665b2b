import { Pool } from "undici";

const CONNECTIONS = 64;

/** The baseline: requests a second of an undici Pool that posts `body` to `url`, and nothing else. */
export async function postRaw(url: string, body: string, count: number): Promise<number> {
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
