import { expect, test } from "vitest";
import { createTestDatabase } from "@/test/database";
import { choosePoolSizes, computeMaxConnections } from "./database-pools";

const wanted = { services: 12, engine: 8 };

test("pools have the wanted size or the size that the server allows, and never less than the smallest", async () => {
  const { connectionString, db, close } = await createTestDatabase();
  try {
    const name = decodeURIComponent(new URL(connectionString).pathname.slice(1));
    expect(await choosePoolSizes(connectionString, { workers: 1, wanted })).toEqual(wanted);
    await db.$executeRawUnsafe(`ALTER DATABASE "${name}" CONNECTION LIMIT 197`);
    const many = await choosePoolSizes(connectionString, { workers: 9, wanted });
    expect(many.services + many.engine).toBe(15);
    await db.$executeRawUnsafe(`ALTER DATABASE "${name}" CONNECTION LIMIT 40`);
    const few = await choosePoolSizes(connectionString, { workers: 1, wanted });
    expect(few.services + few.engine).toBe(13);
    expect(Math.min(few.services, few.engine)).toBeGreaterThanOrEqual(2);
    await expect(choosePoolSizes(connectionString, { workers: 4, wanted })).rejects.toThrow(
      /^The database allows this program 40 connections, and 4 workers need at least 48\. Set WORKERS to fewer than 4, or raise max_connections/,
    );
  } finally {
    await close();
  }
});

test("the embedded database is started with room for all workers", () => {
  expect(computeMaxConnections(4, wanted)).toBe(3 + 8 + 5 * 23);
});
