import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../database";
import { playFault } from "./run";
import { scenarios } from "./scenarios";

/** The short form of `npm run test:delivery-faults`. */
let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test.each(scenarios.map((scenario) => ({ ...scenario, scenario })))(
  "after a fault everything is accounted for: $name",
  async ({ scenario }) => {
    const account = await playFault(database.connectionString, scenario, 6);
    expect(account.violations).toEqual([]);
    expect(account.executions).toBeGreaterThan(0);
  },
);
