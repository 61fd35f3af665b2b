import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/**
 * How a path answers. ok: 200. slow: 200 after a while. flaky: 500 to the first request of every other webhook
 * id, then 200: of more than that the circuit breaker would make a pause, in which there is nothing to kill
 */
export const receiverPaths = ["ok", "slow", "flaky"] as const;
export type ReceiverPath = (typeof receiverPaths)[number];

/** A request that arrived, and its answer. */
export type Receipt = {
  path: string;
  webhookId: string;
  /** the signature fits, by the package `standardwebhooks` */
  verified: boolean;
  /** of the body */
  hash: string;
  status: number;
  /** ms since the epoch */
  at: number;
};

export type CrashReceiver = {
  host: string;
  url(path: ReceiverPath): string;
  /** What signatures of this path are verified with. */
  setSecret(path: ReceiverPath, secret: string): void;
  receipts: Receipt[];
  close(): Promise<void>;
};

/** Long enough that a kill falls into requests that are on the wire. */
const SLOW_MS = 250;

/** An endpoint for webhooks that keeps an account of what it received. It outlives every process that sends to it. */
export async function startCrashReceiver(): Promise<CrashReceiver> {
  const receipts: Receipt[] = [];
  const secrets = new Map<string, Webhook>();
  const seen = new Set<string>();
  let flaky = 0;

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const path = (incoming.url ?? "").slice(1);
    const webhookId = String(incoming.headers["webhook-id"]);
    const fails = path === "flaky" && !seen.has(webhookId) && flaky++ % 2 === 0;
    const status = fails ? 500 : 200;
    seen.add(webhookId);
    const verified = verify(secrets.get(path), body, incoming.headers as Record<string, string>);
    receipts.push({
      path,
      webhookId,
      verified,
      hash: createHash("sha256").update(body).digest("hex"),
      status,
      at: Date.now(),
    });
    const answer = (): void => void outgoing.writeHead(status).end();
    if (path === "slow") setTimeout(answer, SLOW_MS);
    else answer();
  };
  const server = createServer((incoming, outgoing) => {
    // A sender that was killed in the middle of its request has sent nothing.
    outgoing.on("error", () => undefined);
    handle(incoming, outgoing).catch(() => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (path) => `http://${host}/${path}`,
    setSecret: (path, secret) => void secrets.set(path, new Webhook(secret)),
    receipts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function verify(webhook: Webhook | undefined, body: string, headers: Record<string, string>): boolean {
  try {
    webhook!.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
