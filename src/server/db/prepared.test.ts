import { expect, test } from "vitest";
import { useTestContext } from "@/test/use-test-context";
import { createDatabase } from "./client";

const { database } = useTestContext();

test("a connection keeps the plan of a statement of the hot path, and of no other", async () => {
  const db = createDatabase(database.connectionString, 1);
  for (const n of [1, 2, 3]) {
    await db.$queryRaw`/* prepared */ SELECT ${n}::int + 1`;
    await db.$queryRaw`SELECT ${n}::int + 2`;
  }
  const kept = await db.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`;
  await db.$disconnect();
  expect(kept).toEqual([{ statement: "/* prepared */ SELECT $1::int + 1" }]);
});
