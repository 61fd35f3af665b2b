import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestContext, type TestContext } from "@/test/context";
import { createTestDatabase, type TestDatabase } from "@/test/database";
import { createLocalRateLimiter, createRateLimiter } from "./rate-limit";
import { pruneChunk } from "./services/prune";

let database: TestDatabase;
let ctx: TestContext;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = createTestContext(database.db);
});
beforeEach(() => ctx.db.tokenBucket.deleteMany());
afterAll(async () => {
  await ctx.close();
  await database.close();
});

const rate = { perSecond: 10, burst: 100 };
const key = { name: "key:1", rate };

test("a bucket allows a burst, then as many as it regains each second", async () => {
  const limiter = createRateLimiter(ctx);
  expect(await limiter.take([key], 100)).toEqual({ ok: true });
  expect(await limiter.take([key], 20)).toEqual({ ok: false, retryAfterSeconds: 2 });
  ctx.clock.advance(2_000);
  expect(await limiter.take([key], 20)).toEqual({ ok: true });
  expect(await limiter.take([key], 1)).toEqual({ ok: false, retryAfterSeconds: 1 });
});

test("processes share a bucket: together they take no more than one process could", async () => {
  const processes = [1, 2, 3].map(() => createRateLimiter(ctx));
  let taken = 0;
  for (let round = 0; round < 60; round++)
    for (const limiter of processes) if ((await limiter.take([key], 1)).ok) taken++;
  expect(taken).toBe(100);
});

test("simultaneous requests take each token once", async () => {
  const limiter = createRateLimiter(ctx);
  const answers = await Promise.all(Array.from({ length: 150 }, () => limiter.take([key], 1)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(100);
});

test("a busy sender costs one statement for the requests of a second", async () => {
  let statements = 0;
  const db = ctx.db.$extends({
    query: { $queryRaw: ({ args, query }) => (statements++, query(args)) },
  }) as unknown as TestContext["db"];
  const limiter = createRateLimiter({ db, now: ctx.now });
  for (let n = 0; n < 50; n++) await limiter.take([key], 1);
  expect(statements).toBe(5);
});

test("a request that one bucket refuses takes no token of another", async () => {
  const limiter = createRateLimiter(ctx);
  const project = { name: "project:1", rate: { perSecond: 1, burst: 5 } };
  expect((await limiter.take([key, project], 50)).ok).toBe(true);
  for (let n = 0; n < 10; n++) expect((await limiter.take([key, project], 5)).ok).toBe(false);
  expect((await limiter.take([key], 50)).ok).toBe(true);
});

test("a request larger than a whole bucket passes once the bucket is full", async () => {
  const limiter = createRateLimiter(ctx);
  expect(await limiter.take([key], 5_000)).toEqual({ ok: true });
  expect(await limiter.take([key], 5_000)).toEqual({ ok: false, retryAfterSeconds: 10 });
  ctx.clock.advance(10_000);
  expect(await limiter.take([key], 5_000)).toEqual({ ok: true });
});

test("buckets that nobody uses, and counters whose window has ended, are pruned", async () => {
  await createRateLimiter(ctx).take([key], 1);
  await ctx.db.rateLimit.createMany({
    data: [
      { key: "ended", count: 1, expiresAt: new Date(ctx.now().getTime() + 60_000) },
      { key: "goes on", count: 1, expiresAt: new Date(ctx.now().getTime() + 3 * 3_600_000) },
    ],
  });
  ctx.clock.advance(2 * 3_600_000);
  await pruneChunk(ctx, "limits");
  expect(await ctx.db.tokenBucket.count()).toBe(0);
  expect(await ctx.db.rateLimit.findMany({ select: { key: true } })).toEqual([{ key: "goes on" }]);
});

test("each address has its own rate in the memory of a process", () => {
  let now = 0;
  const take = createLocalRateLimiter({ perSecond: 1, burst: 2 }, () => now);
  expect([take("a"), take("a"), take("a").ok, take("b").ok]).toEqual([{ ok: true }, { ok: true }, false, true]);
  now = 1_000;
  expect(take("a")).toEqual({ ok: true });
});
