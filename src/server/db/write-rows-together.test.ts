import { expect, test } from "vitest";
import { Prisma } from "@/generated/prisma/client";
import { useTestContext } from "@/test/use-test-context";
import { writeRowsTogether, type RowsToWrite } from "./write-rows-together";

const { database } = useTestContext();

/** Inserts rows into a table of the test, where each row gets the next number of all rows. */
const insertInto = (table: string, names: readonly string[]): RowsToWrite => ({
  rows: names.map((name) => ({ name })),
  toSql: (json) => Prisma.sql`
    INSERT INTO ${Prisma.raw(table)} (name) SELECT name FROM json_to_recordset(${json}::json) AS r(name text)`,
});

/** Writes lists to new tables. Returns the table and name of each row in the order of their writes. */
async function writeInOrder(lists: Readonly<Record<string, readonly string[]>>): Promise<string[]> {
  return database.db.$transaction(async (tx) => {
    await tx.$executeRaw`CREATE TEMPORARY SEQUENCE IF NOT EXISTS place`;
    for (const table of Object.keys(lists))
      await tx.$executeRawUnsafe(
        `CREATE TEMPORARY TABLE ${table} (place int DEFAULT nextval('place'), name text) ON COMMIT DROP`,
      );
    await writeRowsTogether(
      tx,
      Object.entries(lists).map(([table, names]) => insertInto(table, names)),
    );
    const all = Object.keys(lists).map((table) => `SELECT place, '${table} ' || left(name, 5) AS row FROM ${table}`);
    const rows = await tx.$queryRawUnsafe<{ row: string }[]>(`${all.join(" UNION ALL ")} ORDER BY place`);
    return rows.map(({ row }) => row);
  });
}

test("lists are written in their order, those of one statement too", async () => {
  expect(await writeInOrder({ first: ["a", "b"], second: [], third: ["c"], fourth: ["d"] })).toEqual([
    "first a",
    "first b",
    "third c",
    "fourth d",
  ]);
});

test("lists that are too long for one statement keep their order", async () => {
  const long = "x".repeat(600_000);
  expect(await writeInOrder({ first: [long, long, long], second: [long, "last"], third: ["c"] })).toEqual([
    "first xxxxx",
    "first xxxxx",
    "first xxxxx",
    "second xxxxx",
    "second last",
    "third c",
  ]);
});
