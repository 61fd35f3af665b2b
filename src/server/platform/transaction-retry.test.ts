import { afterAll, beforeAll, expect, test } from "vitest";
import type pg from "pg";
import { createUtcPool } from "@/server/db/utc-connection";
import { wasTransactionGivenUp } from "@/server/db/transient-errors";
import { EngineDatabase } from "@/server/engine/engine-database";
import { createTestDatabase, type TestDatabase } from "@/test/database";
import { withTransactionRetry } from "./transaction-retry";

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createUtcPool(database.connectionString, { max: 2 });
  await database.db.$executeRaw`CREATE TABLE pair (id int PRIMARY KEY, n int NOT NULL)`;
  await database.db.$executeRaw`INSERT INTO pair VALUES (1, 0), (2, 0)`;
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

/** Makes two sides wait for each other once, so that both hold their first row before they lock the second. */
function meeting() {
  let arrived = 0;
  let open: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (open = resolve));
  return () => {
    if (++arrived === 2) open();
    return both;
  };
}

type Run = (text: string) => Promise<unknown>;

test.each<[string, (body: (run: Run) => Promise<void>) => Promise<void>]>([
  ["the services", (body) => database.db.$transaction((tx) => body((text) => tx.$executeRawUnsafe(text)))],
  ["the engine", (body) => new EngineDatabase(pool, "engine").tx((tx) => body((text) => tx.query(text)))],
])(
  "two transactions of %s that take two rows in opposite order both succeed, and each counts once",
  async (_, transaction) => {
    await database.db.$executeRaw`UPDATE pair SET n = 0`;
    const meet = meeting();
    const add = (first: number, second: number) =>
      transaction(async (run) => {
        await run(`UPDATE pair SET n = n + 1 WHERE id = ${first}`);
        await meet();
        await run(`UPDATE pair SET n = n + 1 WHERE id = ${second}`);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(await database.db.$queryRaw`SELECT id, n FROM pair ORDER BY id`).toEqual([
      { id: 1, n: 2 },
      { id: 2, n: 2 },
    ]);
  },
);

test("two serializable transactions that read what the other writes both succeed", async () => {
  const meet = meeting();
  const copy = (from: number, to: number) =>
    database.db.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT n FROM pair WHERE id = ${from}`;
        await meet();
        await tx.$executeRaw`UPDATE pair SET n = n + 1 WHERE id = ${to}`;
      },
      { isolationLevel: "Serializable" },
    );
  await Promise.all([copy(1, 2), copy(2, 1)]);
  expect(await database.db.$queryRaw`SELECT sum(n)::int AS n FROM pair`).toEqual([{ n: 6 }]);
});

test("any other error is thrown at once", async () => {
  let runs = 0;
  await expect(
    database.db.$transaction(async (tx) => {
      runs += 1;
      await tx.$executeRaw`INSERT INTO pair VALUES (1, 0)`;
    }),
  ).rejects.toMatchObject({ code: "P2010" });
  expect(runs).toBe(1);
});

test("a transaction that is given up again and again ends with PostgreSQL's error after five tries", async () => {
  let runs = 0;
  const gaveUp = Object.assign(new Error("deadlock detected"), { code: "40P01" });
  await expect(withTransactionRetry(() => (runs++, Promise.reject(gaveUp)), wasTransactionGivenUp)).rejects.toBe(
    gaveUp,
  );
  expect(runs).toBe(5);
});
