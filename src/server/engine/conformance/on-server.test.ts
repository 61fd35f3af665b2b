import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, createTestDatabase, type TestDatabase } from "../testing";
import { makeServerKeys, startSimulatedInngestServer, type SimulatedServer } from "../simulated-server";
import { parts } from "./cases";
import { runOnServer, type ServerAddress, type ServerRun } from "./on-server";

/*
 * With INNGEST_BASE_URL: on that server, with INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY if it asks for them. Without:
 * on simulated servers, which are the engine behind HTTP, in the two ways in which a server may call functions.
 */

const { INNGEST_BASE_URL: baseUrl, INNGEST_EVENT_KEY: event, INNGEST_SIGNING_KEY: signing } = process.env;
/**
 * An Inngest server keeps times in whole seconds: a sleep of 4 s ended after 3.6 s, a RetryAfter of 3 s after 2.8 s.
 */
const WHOLE_SECOND_MS = 1_000;
const given: ServerAddress | null = baseUrl
  ? {
      baseUrl,
      keys: event && signing ? { event, signing } : null,
      reentered: false,
      tellsResults: false,
      earlyMaxMs: WHOLE_SECOND_MS,
    }
  : null;

type Started = ServerAddress & {
  /** simulated servers only: the steps that apps checkpointed, and whether they should */
  checkpoints?: { seen(): number; expected: boolean };
  close(): Promise<void>;
};
type Server = { name: string; start(): Promise<Started> };

const own = (name: string, checkpointing: boolean, keys: ServerAddress["keys"]): Server => ({
  name,
  async start() {
    const database: TestDatabase = await createTestDatabase();
    await createTestApp().engine(database, []).migrate();
    const server: SimulatedServer = await startSimulatedInngestServer({ database, keys, checkpointing });
    const seen = (): number => server.calls.reduce((sum, call) => sum + call.checkpoints, 0);
    const close = async (): Promise<void> => {
      await server.close();
      await database.close();
    };
    return {
      baseUrl: server.url,
      keys,
      reentered: !checkpointing,
      tellsResults: true,
      earlyMaxMs: 50,
      checkpoints: { seen, expected: checkpointing },
      close,
    };
  },
});

const servers: Server[] = given
  ? [{ name: `the server at ${given.baseUrl}`, start: async () => ({ ...given, close: async () => undefined }) }]
  : [
      own("a simulated dev server, called again after each step", false, null),
      own("a simulated server with keys and checkpointing, run straight through", true, makeServerKeys()),
    ];

describe.each(servers)("$name", ({ start }) => {
  let server: Started;
  let run: ServerRun;

  beforeAll(async () => {
    server = await start();
    run = await runOnServer(
      server,
      parts.flatMap(({ cases }) => cases.filter((one) => !one.clockOnly)),
    );
  });
  afterAll(async () => {
    await run.close();
    await server.close();
  });

  describe.each(parts)("$part", ({ cases }) => {
    for (const one of cases) {
      const title = one.clockOnly ? `${one.title} (only on the injected clock: ${one.clockOnly})` : one.title;
      test.skipIf(one.clockOnly)(title, () => run.results.get(one));
    }
  });

  test.skipIf(given)("the server called the functions in its own way", async () => {
    await Promise.all(run.results.values());
    const { seen, expected } = server.checkpoints!;
    expect(seen() > 0).toBe(expected);
  });
});
