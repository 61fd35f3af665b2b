import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createUtcPool } from "@/server/db/utc-connection";
import { createTestDatabase, type TestDatabase } from "@/test/database";
import { makeBoundedDelete, repeatChunkUntilDone } from "./bounded-delete";

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createUtcPool(database.connectionString, { max: 2 });
  await pool.query("create table thing (id int primary key, kind text not null)");
});
beforeEach(async () => {
  await pool.query("truncate thing");
  await pool.query(
    "insert into thing select n, case when n % 2 = 0 then 'even' else 'odd' end from generate_series(1, 100) n",
  );
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

const ids = async () =>
  (await pool.query<{ id: number }>("select id from thing order by id")).rows.map((row) => row.id);
const even = makeBoundedDelete({ table: "thing", where: "kind = $1", orderBy: "id", rowsMax: 20 });

test("takes the first rows that the condition names, and no more than it may", async () => {
  const { rowCount } = await pool.query(even, ["even"]);
  expect(rowCount).toBe(20);
  expect((await ids()).slice(18, 22)).toEqual([37, 39, 41, 42]);
});

test("in chunks all of them go, and nothing else", async () => {
  const chunks: number[] = [];
  const total = await repeatChunkUntilDone(20, async () => {
    const { rowCount } = await pool.query(even, ["even"]);
    chunks.push(rowCount ?? 0);
    return rowCount ?? 0;
  });
  expect([total, chunks]).toEqual([50, [20, 20, 10]]);
  expect((await ids()).filter((id) => id % 2 === 0)).toEqual([]);
  expect(await ids()).toHaveLength(50);
});

test("what is joined tells the rows, and stays", async () => {
  await pool.query(
    makeBoundedDelete({
      table: "thing",
      from: "thing next join thing old on old.id = next.id - 1",
      where: "next.id = 10",
      rowsMax: 5,
    }),
  );
  expect((await ids()).slice(7, 10)).toEqual([8, 10, 11]);
});

test("leaves rows that another transaction has locked, and does not wait for it", async () => {
  const other = await pool.connect();
  try {
    await other.query("begin");
    await other.query("select from thing where id <= 4 for update");
    await pool.query(even, ["even"]);
    expect((await ids()).slice(0, 6)).toEqual([1, 2, 3, 4, 5, 7]);
  } finally {
    await other.query("rollback");
    other.release();
  }
});
