import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A receiver of webhooks that answers at once, except at `/never`. It records when the webhook of each observation
 * arrived.
 */
export type BenchReceiver = {
  url: string;
  host: string;
  /** The body of the last webhook, which the baseline sends too. */
  readonly lastBody: string;
  /** Resolves when webhooks of `count` different observations with ids `<prefix>-…` have arrived. */
  expect(prefix: string, count: number): Promise<void>;
  /** Returns the number of observations with this prefix whose webhook has arrived. */
  count(prefix: string): number;
  /** Returns the ms from `sentAt` (of performance.now()) to the receipt, for each observation with this prefix. */
  latencies(prefix: string, sentAt: ReadonlyMap<string, number>): number[];
  close(): Promise<void>;
};

type Expected = { count: number; resolve: () => void };

export async function startBenchReceiver(): Promise<BenchReceiver> {
  const arrivals = new Map<string, Map<string, number>>();
  const expected = new Map<string, Expected>();
  let lastBody = "";
  const note = (id: string): void => {
    const prefix = id.slice(0, id.lastIndexOf("-"));
    const group = arrivals.get(prefix);
    if (!group || group.has(id)) return;
    group.set(id, performance.now());
    const waiting = expected.get(prefix);
    if (waiting && group.size >= waiting.count) waiting.resolve();
  };
  const server = createServer((request, response) => {
    if (request.url === "/never") return;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      response.end("ok");
      const id = /"observation":\{"id":"([^"]+)"/.exec(body)?.[1];
      if (!id) return;
      lastBody = body;
      note(id);
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    host: `127.0.0.1:${port}`,
    get lastBody() {
      return lastBody;
    },
    expect(prefix, count) {
      arrivals.set(prefix, new Map());
      return new Promise((resolve) => expected.set(prefix, { count, resolve }));
    },
    count: (prefix) => arrivals.get(prefix)?.size ?? 0,
    latencies: (prefix, sentAt) => [...(arrivals.get(prefix) ?? [])].map(([id, at]) => at - (sentAt.get(id) ?? at)),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
