import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest, type InngestFunction } from "inngest";
import { serve } from "inngest/node";
import { waitUntil } from "../testing";
import { createObserver, Trial, type Case, type SentEvent, type Target } from "./trial";

/** A server to run cases on, with those traits of the target that differ between servers. */
export type ServerAddress = Pick<Target, "reentered" | "tellsResults" | "earlyMaxMs"> & {
  baseUrl: string;
  /** Null for a dev server. */
  keys: { event: string; signing: string } | null;
};

const WAIT_MS = 60_000;
const APP_ID = "engine-conformance";
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export type ServerRun = {
  /** Runs one case. Rejects if the case fails. */
  results: Map<Case, Promise<void>>;
  close(): Promise<void>;
};

/**
 * Runs cases on a server, all at once and in real time. One app serves their functions over HTTP and registers them
 * with a PUT. The cases see only the server's calls and events.
 */
export async function runOnServer(
  { baseUrl, keys, reentered, tellsResults, earlyMaxMs }: ServerAddress,
  cases: readonly Case[],
): Promise<ServerRun> {
  const client = new Inngest({
    id: APP_ID,
    logger: silent,
    baseUrl,
    isDev: !keys,
    ...(keys ? { eventKey: keys.event, signingKey: keys.signing } : {}),
  });
  /*
   * A server may still hold events of earlier test runs. This id in the event names keeps them from starting these
   * functions.
   */
  const startedAt = Date.now();
  const run = `conformance-${startedAt}`;
  const fences = new Set<string>();
  const target: Target = {
    exact: false,
    reentered,
    tellsResults,
    earlyMaxMs,
    now: () => Date.now(),
    send: (events: SentEvent[]) => client.send(events),
    until: async (isSo, what) => {
      await waitUntil(isSo, WAIT_MS).catch(() => {
        throw new Error(`Waited in vain for ${what()}`);
      });
    },
    // The server handles events in order: all earlier events are handled when it handles this one.
    async rest() {
      const id = `${fences.size}-${Math.random()}`;
      await client.send({ name: `${run}/fence`, data: { id } });
      await waitUntil(() => fences.has(id), WAIT_MS);
    },
    advance: () => {
      throw new Error("Only the injected clock can be moved");
    },
  };
  const trials = cases.map((one, n) => ({ one, trial: new Trial(target, `${run}/${n}/`) }));
  const owners = new Map<string, Trial>();
  const functions: InngestFunction.Any[] = [
    client.createFunction(
      { id: "fence", triggers: { event: `${run}/fence` } },
      ({ event }) => void fences.add(event.data.id as string),
    ),
    createObserver(client, (functionId, outcome) => owners.get(functionId)?.end(functionId, outcome)),
  ];
  for (const { one, trial } of trials) {
    for (const fn of one.functions(trial.app(client))) {
      if (owners.has(fn.id())) throw new Error(`Two cases have a function ${fn.id()}`);
      owners.set(fn.id(), trial);
      functions.push(fn);
    }
  }
  const server = createServer(serve({ client, functions, servePath: "/api/inngest" }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const synced = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/inngest`, {
    method: "PUT",
  });
  if (!synced.ok) throw new Error(`The server at ${baseUrl} did not take the functions: ${await synced.text()}`);
  // A server may take a while before it starts newly registered functions.
  while (fences.size === 0) {
    await client.send({ name: `${run}/fence`, data: { id: "first" } });
    await waitUntil(() => fences.size > 0, 1_000).catch(() => undefined);
    if (Date.now() > startedAt + WAIT_MS)
      throw new Error(`The server at ${baseUrl} took the functions, and starts none`);
  }
  const results = new Map(trials.map(({ one, trial }) => [one, one.run(trial)]));
  // The test of the case reports the error.
  for (const result of results.values()) result.catch(() => undefined);
  return {
    results,
    async close() {
      await Promise.allSettled(results.values());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
