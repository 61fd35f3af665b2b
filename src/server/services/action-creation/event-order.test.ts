import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestContext, type TestContext } from "@/test/context";
import { createTestDatabase, type TestDatabase } from "@/test/database";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { createExecutions } from "./create-executions";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";
import type { BatchEvent } from "../batch-event";

let database: TestDatabase;
let ctx: TestContext;
let cache: TriggerCache;
let projectId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = createTestContext(database.db);
});
afterAll(async () => {
  await ctx.close();
  await database.close();
});
beforeEach(async () => {
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
});

const take = (...events: BatchEvent[]) =>
  createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
const nameOf = async (id: string): Promise<string | null> =>
  (await ctx.db.observation.findFirstOrThrow({ where: { projectId, id } })).name;
const reasons = async () => (await ctx.db.rejectedEvent.findMany({ where: { projectId } })).map(({ reason }) => reason);

describe("states of one observation with the same time", () => {
  test("the last received one stays, whatever the event ids", async () => {
    const started = makeEvent(ctx, { id: "obs", name: "started" }, { id: "Z" });
    const ended = makeEvent(ctx, { id: "obs", name: "ended" }, { id: "A" });
    await take(started);
    await take(ended);
    expect(await nameOf("obs")).toBe("ended");
    expect(await ctx.db.decision.count({ where: { projectId, kind: "ignored_older" } })).toBe(0);
  });

  test("of two in one request the later one stays", async () => {
    const receivedMicros = 5;
    const first = makeEvent(ctx, { id: "obs", name: "first" }, { id: "Z", receivedMicros, place: 0 });
    const second = makeEvent(ctx, { id: "obs", name: "second" }, { id: "A", receivedMicros, place: 1 });
    await take(second, first);
    expect(await nameOf("obs")).toBe("second");
  });

  test.each(["together", "one after the other"])(
    "of two that nothing orders, the one with an end stays (%s)",
    async (how) => {
      const equal = { receivedMicros: 5, place: 0 };
      const endTime = ctx.now().toISOString();
      const ended = makeEvent(ctx, { id: "obs", name: "ended", endTime }, { ...equal, id: "A" });
      const open = makeEvent(ctx, { id: "obs", name: "open" }, { ...equal, id: "Z" });
      if (how === "together") await take(ended, open);
      else {
        await take(ended);
        await take(open);
      }
      expect(await nameOf("obs")).toBe("ended");
    },
  );

  test("a state of an older program, without an order of receipt, gives way to an equal one", async () => {
    const event = makeEvent(ctx, { id: "obs", name: "before" }, { id: "Z" });
    await take(event);
    await ctx.db.observation.updateMany({ where: { projectId }, data: { orderReceived: null, orderPlace: null } });
    await take(makeEvent(ctx, { id: "obs", name: "after" }, { id: "A", ts: event.ts }));
    expect(await nameOf("obs")).toBe("after");
  });

  test("the same state stays and creates the same executions, whatever the order and batches of arrival", async () => {
    const { id: actionId } = await makeAction(ctx, projectId, "https://example.com/hook");
    await makeTrigger(ctx, projectId, [actionId]);
    const now = ctx.now().getTime();
    const near = (base: number) => fc.integer({ min: 0, max: 1 }).map((step) => base + step);
    const state = fc.record({
      updatedAt: fc.option(near(now - 1_000), { nil: undefined }),
      ts: near(now),
      receivedMicros: near(now * 1_000),
      place: near(0),
      ended: fc.boolean(),
    });
    const arrivals = fc
      .array(state, { minLength: 2, maxLength: 6 })
      .chain((states) =>
        fc.tuple(
          fc.constant(states),
          ...[0, 1].map(() =>
            fc.tuple(
              fc.shuffledSubarray([...states.keys()], { minLength: states.length }),
              fc.array(fc.boolean(), { minLength: states.length, maxLength: states.length }),
            ),
          ),
        ),
      );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(arrivals, async ([states, ...orders]) => {
        const kept: unknown[] = [];
        for (const [copy, [order, cuts]] of orders.entries()) {
          const id = `obs-${run++}`;
          const events = states.map(({ updatedAt, ended, ...rest }, index) =>
            makeEvent(
              ctx,
              { id, name: `state ${index}`, ...(updatedAt && { updatedAt }), ...(ended && { endTime: now }) },
              {
                ...rest,
                id: `${run}-${copy}-${index}`.padStart(26, "0"),
              },
            ),
          );
          for (let batch: BatchEvent[] = [], at = 0; at < order.length; at++) {
            batch.push(events[order[at]!]!);
            if (!cuts[at] && at < order.length - 1) continue;
            await take(...batch);
            batch = [];
          }
          const executions = await ctx.db.actionExecution.findMany({ where: { projectId, sourceId: id } });
          const sent = executions.map(
            ({ input }) => (JSON.parse(input!) as { data: { observation: object } }).data.observation,
          );
          kept.push([await nameOf(id), sent.map((observation) => ({ ...observation, id: "any" }))]);
        }
        expect(kept[1]).toEqual(kept[0]);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a time that cannot order", () => {
  test.each([
    ["updatedAt", { updatedAt: "2999-01-01T00:00:00Z" }, {}],
    ["ts", {}, { ts: Date.parse("2999-01-01T00:00:00Z") }],
    ["ts", { updatedAt: "2026-01-01T00:00:00Z" }, { ts: Date.parse("2999-01-01T00:00:00Z") }],
  ])("more than 5 minutes in the future is rejected, and names %s", async (field, observation, change) => {
    await take(makeEvent(ctx, { id: "obs", ...observation }, change));
    expect(await reasons()).toEqual([
      `${field} 2999-01-01T00:00:00.000Z is more than 5 minutes in the future; check the sender's clock.`,
    ]);
  });

  test("a ts in seconds is rejected with the reason", async () => {
    await take(makeEvent(ctx, { id: "obs" }, { ts: 1_796_000_000 }));
    expect(await reasons()).toEqual([
      expect.stringMatching(/^ts: 1796000000 looks like seconds; .+ multiply by 1,000/),
    ]);
  });
});
