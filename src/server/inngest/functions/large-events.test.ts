import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createFunctions } from "@/server/inngest/functions/create-functions";
import { createTestApp } from "@/server/engine/testing";
import { createUtcPool } from "@/server/db/utc-connection";
import { redactAndStampEvents } from "@/server/services/redact-and-stamp-events";
import { testDependencies } from "@/test/dependencies";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { eventually } from "@/test/eventually";

const { ctx, database } = useTestContext();
let projects: [string, string];

beforeAll(async () => {
  projects = [(await makeProject(ctx)).id, (await makeProject(ctx)).id];
});

async function startEngine() {
  const app = createTestApp();
  const pool = createUtcPool(database.connectionString, { max: 6 });
  const functions = createFunctions(app.client, testDependencies(ctx));
  const engine = app.engine({ pool, url: database.connectionString }, functions);
  await engine.migrate();
  await engine.start();
  onTestFinished(async () => {
    await engine.stop();
    await pool.end();
  });
  return (projectId: string, id: string, length: number) =>
    engine.ingest(
      redactAndStampEvents({
        sender: { projectId, keyId: "key_1", depth: 0 },
        events: [{ name: "observation.created", data: { observation: { id, input: "x".repeat(length) } } }],
        ids: [`01EVENT${projectId}${id}`],
        body: { hasLongNumbers: false, mayHoldBadText: false, hasBrokenBytes: false },
        redaction: null,
        stampKey: null,
        receivedMicros: 1,
        isPaceLow: () => false,
        now: ctx.now(),
      }),
    );
}

test("while a large event hangs, small events of all projects are decided", async () => {
  const send = await startEngine();
  const [one, two] = projects;
  const stored = async () =>
    (await ctx.db.observation.findMany({ where: { projectId: { in: projects } }, select: { id: true } }))
      .map(({ id }) => id)
      .sort();
  const waiting = () => database.db.$queryRaw<object[]>`
    SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  // An uncommitted row with the same id blocks the large event.
  const held = ctx.db.$transaction(async (tx) => {
    await tx.observation.create({
      data: { projectId: one, id: "stuck", eventSource: "observation.created", receivedAt: ctx.now() },
    });
    await released;
    throw new Error("given up");
  });
  await send(one, "stuck", 300_000);
  await eventually(async () => expect(await waiting()).toHaveLength(1));
  for (const projectId of projects) {
    for (let n = 0; n < 3; n++) await send(projectId, `large-${n}`, 300_000);
    for (let n = 0; n < 3; n++) await send(projectId, `small-${n}`, 1_000);
  }
  const small = ["small-0", "small-0", "small-1", "small-1", "small-2", "small-2"];
  await eventually(async () => expect(await stored()).toEqual(small));
  expect(await waiting()).toHaveLength(1);
  release();
  await expect(held).rejects.toThrow("given up");
  await eventually(async () => expect(await stored()).toHaveLength(13));
  expect(await ctx.db.observation.count({ where: { projectId: two } })).toBe(6);
});
