import { expect, test } from "vitest";
import { useTestContext } from "@/test/use-test-context";
import { createDatabase } from "@/server/db/client";
import { readHealthReport } from "./read-health-report";

const { ctx } = useTestContext();

test.each(["running", "inngest"])(
  "all is well with a database that answers and an engine that is %s",
  async (state) => {
    expect(await readHealthReport(ctx, { state })).toEqual({ status: "ok", database: "ok", engine: state });
  },
);

test("an engine that sends events away for a while is degraded, and says why", async () => {
  const message = "overloaded: 12 events and calls wait";
  expect(await readHealthReport(ctx, { state: "overloaded", message })).toEqual({
    status: "degraded",
    database: "ok",
    engine: "overloaded",
    message,
  });
});

test.each(["degraded", "unreachable", "stopped"])("an engine that is %s is an error that says why", async (state) => {
  expect(await readHealthReport(ctx, { state, message: "Because." })).toEqual({
    status: "error",
    database: "ok",
    engine: state,
    message: "Because.",
  });
});

test("an engine that does not run yet is an error that says so", async () => {
  expect(await readHealthReport(ctx, { state: "starting", message: "Registering functions." })).toEqual({
    status: "error",
    database: "ok",
    engine: "starting",
    message: "Registering functions.",
  });
});

test("a database that cannot be reached is an error without the driver's words", async () => {
  const db = createDatabase("postgresql://someone:hunter2hunter2@127.0.0.1:1/nothing");
  const found = await readHealthReport({ db, log: ctx.log }, { state: "running" });
  expect(found).toMatchObject({ status: "error", database: "unreachable" });
  expect(JSON.stringify(found)).not.toMatch(/hunter2|someone|127\.0\.0\.1|ECONNREFUSED/);
  await db.$disconnect();
});
