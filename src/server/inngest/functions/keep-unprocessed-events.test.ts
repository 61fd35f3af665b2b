import { expect, onTestFinished, test } from "vitest";
import { createFunctions } from "@/server/inngest/functions/create-functions";
import { createTestApp } from "@/server/engine/testing";
import { createUtcPool } from "@/server/db/utc-connection";
import { redactAndStampEvents } from "@/server/services/redact-and-stamp-events";
import { testDependencies } from "@/test/dependencies";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { eventually } from "@/test/eventually";

const { ctx, database } = useTestContext();

test("events of a batch without tries left become rejected events with the reason; applied events do not", async () => {
  const app = createTestApp();
  const pool = createUtcPool(database.connectionString, { max: 4 });
  const { id: projectId } = await makeProject(ctx);
  const functions = createFunctions(app.client, testDependencies(ctx));
  const engine = app.engine({ pool, url: database.connectionString }, functions, { backoff: () => 20, quiet: true });
  await engine.migrate();
  await engine.start();
  onTestFinished(async () => {
    await engine.stop();
    await pool.end();
  });
  // An error of the database's state, as during an outage: the batch is retried unchanged.
  await ctx.db.$executeRaw`
    CREATE FUNCTION be_away() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the server is going away' USING ERRCODE = '57P01'; END $$`;
  await ctx.db.$executeRaw`
    CREATE TRIGGER away BEFORE INSERT ON observation FOR EACH ROW
      WHEN (NEW.id LIKE 'doomed%') EXECUTE FUNCTION be_away()`;
  const send = (ids: string[], place: string) =>
    engine.ingest(
      redactAndStampEvents({
        sender: { projectId, keyId: "key_1", depth: 0 },
        events: ids.map((id) => ({
          name: "observation.created",
          data: { observation: { id, input: "x".repeat(id === "doomed-large" ? 300_000 : 100_000) } },
        })),
        ids: ids.map((id) => `01EVENT${place}${id}`),
        body: { hasLongNumbers: false, mayHoldBadText: false, hasBrokenBytes: false },
        redaction: null,
        stampKey: null,
        receivedMicros: 1,
        isPaceLow: () => false,
        now: ctx.now(),
      }),
    );
  await send(["fine"], "A");
  await eventually(async () => expect(await ctx.db.observation.count({ where: { projectId } })).toBe(1));
  await send(["fine", "doomed", "doomed-large"], "A");

  const rows = await eventually(async () => {
    const found = await ctx.db.rejectedEvent.findMany({ where: { projectId }, orderBy: { eventId: "asc" } });
    expect(found).toHaveLength(2);
    return found;
  });
  expect(rows.map(({ eventId }) => eventId)).toEqual(["01EVENTAdoomed", "01EVENTAdoomed-large"]);
  for (const row of rows) {
    expect(row).toMatchObject({
      keyId: "key_1",
      reason: expect.stringMatching(/^It could not be processed in any try: .*the server is going away/) as string,
    });
    expect(row.body).toHaveLength(64 * 1024);
  }
});
