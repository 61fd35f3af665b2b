import { afterAll, beforeAll, describe, test } from "vitest";
import { createTestApp, createTestDatabase, type TestDatabase } from "../testing";
import { parts } from "./cases";
import { runOnClock } from "./on-clock";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await createTestApp().engine(database, []).migrate();
});
afterAll(() => database.close());

describe.each(parts)("$part", ({ cases }) => {
  for (const one of cases) test(one.title, () => runOnClock(database, one));
});
