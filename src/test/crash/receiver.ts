import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/**
 * The paths of the receiver, and their answers. ok: 200. slow: 200 after a while. flaky: 500 to the first request of
 * every other webhook id, otherwise 200. More failures would let the circuit breaker pause the endpoint, and a kill in
 * a pause tests nothing.
 */
export const receiverPaths = ["ok", "slow", "flaky"] as const;
export type ReceiverPath = (typeof receiverPaths)[number];

/** A request that arrived, and the status of its answer. */
export type Receipt = {
  path: string;
  webhookId: string;
  /** whether the signature is valid by the package `standardwebhooks` */
  verified: boolean;
  /** SHA-256 of the body, in hex */
  hash: string;
  status: number;
  /** ms since the epoch */
  at: number;
};

export type CrashReceiver = {
  host: string;
  url(path: ReceiverPath): string;
  /** Sets the secret with which signatures of a path are verified. */
  setSecret(path: ReceiverPath, secret: string): void;
  receipts: Receipt[];
  close(): Promise<void>;
};

/** The wait of the path `slow`: kills often come while a request is on the wire. */
const SLOW_MS = 250;

/**
 * Starts an endpoint for webhooks that keeps a list of what it received. It runs in the test's process, so it outlives
 * the processes that send to it.
 */
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
    // A request that breaks off, since its sender was killed, counts as not sent.
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
