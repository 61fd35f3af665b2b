import { expect, test } from "vitest";
import { useTestContext } from "@/test/use-test-context";
import { createDatabase } from "@/server/db/client";
import { health } from "./health";

const { database } = useTestContext();

test.each(["running", "inngest"])(
  "all is well with a database that answers and an engine that is %s",
  async (state) => {
    expect(await health(database, { state })).toEqual({ status: "ok", database: "ok", engine: state });
  },
);

test("an engine that sends events away for a while is degraded, and says why", async () => {
  const message = "overloaded: 12 events and calls wait";
  expect(await health(database, { state: "overloaded", message })).toEqual({
    status: "degraded",
    database: "ok",
    engine: "overloaded",
    message,
  });
});

test.each(["degraded", "unreachable", "stopped"])("an engine that is %s is an error that says why", async (state) => {
  expect(await health(database, { state, message: "Because." })).toEqual({
    status: "error",
    database: "ok",
    engine: state,
    message: "Because.",
  });
});

test("an engine that does not run yet is an error that says so", async () => {
  expect(await health(database, { state: "starting", message: "Registering functions." })).toEqual({
    status: "error",
    database: "ok",
    engine: "starting",
    message: "Registering functions.",
  });
});

test("a database that cannot be reached is an error that says why, without the password", async () => {
  const db = createDatabase("postgresql://someone:hunter2hunter2@127.0.0.1:1/nothing");
  const found = await health({ db }, { state: "running" });
  expect(found).toMatchObject({ status: "error", database: expect.stringMatching(/^unreachable: \S/) });
  expect(JSON.stringify(found)).not.toContain("hunter2");
  await db.$disconnect();
});
