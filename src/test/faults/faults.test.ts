import { expect, test } from "vitest";
import { useTestContext } from "../use-test-context";
import { playFault } from "./run";
import { scenarios } from "./scenarios";

/** The short form of `npm run test:delivery-faults`. */
const { database } = useTestContext();

test.each(scenarios.map((scenario) => ({ ...scenario, scenario })))(
  "after a fault everything is accounted for: $name",
  async ({ scenario }) => {
    const account = await playFault(database.connectionString, scenario, 6);
    expect(account.violations).toEqual([]);
    expect(account.executions).toBeGreaterThan(0);
  },
);
