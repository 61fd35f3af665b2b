import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest } from "inngest";
import { serve } from "inngest/node";
import { expect, test } from "vitest";
import {
  createTestApp,
  createTestDatabase as createEngineDatabase,
  quietLogger,
  TestClock,
  waitUntil,
} from "@/server/engine/testing";
import { startSimulatedInngestServer } from "@/server/engine/simulated-server";
import { pruneSteps } from "@/server/services/prune";
import { createTestContext } from "@/test/context";
import { createTestDatabase } from "@/test/database";
import { testDependencies } from "@/test/dependencies";
import { makePruneHistoryFunction } from "./prune-history";

const OLD = 2_500;

/** Serves the function to a simulated server on the test's clock. */
async function start(checkpointing: boolean) {
  const [database, serverDatabase] = [await createTestDatabase(), await createEngineDatabase()];
  await createTestApp().engine(serverDatabase, []).migrate();
  const clock = new TestClock();
  const inngest = await startSimulatedInngestServer({
    database: serverDatabase,
    keys: null,
    checkpointing,
    engine: { clock, backoff: () => 0 },
  });
  const ctx = createTestContext(database.db);
  const client = new Inngest({ id: "app", isDev: true, baseUrl: inngest.url, logger: quietLogger });
  const prune = makePruneHistoryFunction(client, testDependencies(ctx));
  const server = createServer(serve({ client, functions: [prune], servePath: "/api/inngest" })).listen(0, "127.0.0.1");
  await once(server, "listening");
  const synced = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/inngest`, {
    method: "PUT",
  });
  expect(synced.status).toBe(200);
  return {
    clock,
    ctx,
    inngest,
    async close() {
      await inngest.close();
      server.closeAllConnections();
      server.close();
      await Promise.all([ctx.close(), serverDatabase.close()]);
      await database.close();
    },
  };
}

test.each([
  { way: "called again after each step", checkpointing: false, calls: Array<number>(pruneSteps.length + 2).fill(0) },
  { way: "run straight through", checkpointing: true, calls: [pruneSteps.length + 1] },
])("once an hour everything that is too old goes, chunk by chunk, $way", async ({ checkpointing, calls }) => {
  const { clock, ctx, inngest, close } = await start(checkpointing);
  try {
    await ctx.db.rejectedEvent.createMany({
      data: Array.from({ length: OLD + 1 }, (_, n) => ({
        id: `rej_${n}`,
        eventId: `event-${n}`,
        name: "observation.created",
        reason: "test",
        body: "{}",
        receivedAt: n === 0 ? ctx.now() : new Date(ctx.now().getTime() - 30 * 86_400_000),
      })),
    });
    clock.advance(17 * 60_000);
    await waitUntil(() => inngest.calls.some((call) => call.runEnds));
    expect(inngest.calls.map((call) => call.checkpoints)).toEqual(calls);
    expect(await ctx.db.rejectedEvent.findMany({ select: { id: true } })).toEqual([{ id: "rej_0" }]);
  } finally {
    await close();
  }
});

test("a kind that cannot be deleted does not keep the other kinds, and its run fails", async () => {
  const { clock, ctx, inngest, close } = await start(false);
  try {
    await ctx.db.rejectedEvent.create({
      data: {
        id: "rej_old",
        eventId: "event-old",
        name: "observation.created",
        reason: "test",
        body: "{}",
        receivedAt: new Date(ctx.now().getTime() - 30 * 86_400_000),
      },
    });
    await ctx.db.$executeRaw`ALTER TABLE decision RENAME TO decision_away`;
    clock.advance(17 * 60_000);
    await waitUntil(() => inngest.calls.some((call) => call.status === 400));
    expect(await ctx.db.rejectedEvent.count()).toBe(0);
  } finally {
    await close();
  }
});
