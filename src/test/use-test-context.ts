import { afterAll, beforeAll, beforeEach } from "vitest";
import { createTestContext, type TestContext, type TestContextOptions } from "./context";
import { createTestDatabase, type TestDatabase } from "./database";
import { startReceiver, type Receiver } from "./receiver";

type Options = TestContextOptions & {
  /** how often a context is made: one for the whole file, the default, or a new one for each test */
  per?: "file" | "test";
};

/**
 * Gives a test file a database of its own, a receiver, and a service context that may call the receiver. Hooks fill the
 * three objects before the first test and end them after the last. So only hooks and tests may read them.
 */
export function useTestContext({ per = "file", ...options }: Options = {}): {
  ctx: TestContext;
  database: TestDatabase;
  receiver: Receiver;
} {
  const database = {} as TestDatabase;
  const receiver = {} as Receiver;
  const ctx = {} as TestContext;
  const fill = (): void => {
    const allowedHosts = [...receiver.allowedHosts, ...(options.allowedHosts ?? [])];
    Object.assign(ctx, createTestContext(database.db, { ...options, allowedHosts }));
  };

  beforeAll(async () => {
    Object.assign(database, await createTestDatabase());
    Object.assign(receiver, await startReceiver());
    fill();
  });
  if (per === "test") {
    beforeEach(async () => {
      await ctx.close();
      fill();
    });
  }
  afterAll(async () => {
    await ctx.close();
    await receiver.close();
    await database.close();
  });
  return { ctx, database, receiver };
}
