import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { createUtcPool } from "@/server/db/utc-connection";
import { createTestApp } from "@/server/engine/testing";
import { createFunctions } from "@/server/inngest/functions/create-functions";
import { redactAndStampEvents } from "@/server/services/redact-and-stamp-events";
import { markDeliveryRunsStarted } from "@/server/services/wakes/wake-actions";
import { testDependencies } from "@/test/dependencies";
import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";

const { ctx, database, receiver } = useTestContext();

/** The most statements of one event with one delivery, from its receipt to the record of both. */
const STATEMENTS_MAX = 33;
/** Events before and during the count. The fewest statements count, because sweeps come between. */
const EVENTS = 6;
const OF_THE_TEST = "/* of the test */";

/** Starts the embedded engine with the program's functions. */
async function startEngine() {
  const app = createTestApp();
  const pool = createUtcPool(database.connectionString, { max: 6 });
  const dependencies = testDependencies(ctx);
  const engine = app.engine({ pool, url: database.connectionString }, createFunctions(app.client, dependencies), {
    usesEventsUp: (functionId) => functionId.endsWith("-observation-upsert-processor"),
  });
  ctx.send = async (events) => void (await engine.ingest(events));
  await engine.migrate();
  await engine.start();
  onTestFinished(async () => {
    await engine.stop();
    await pool.end();
  });
  return { engine, delivery: dependencies.delivery };
}

test("one event with one delivery takes few statements on the embedded engine", async () => {
  const { engine, delivery } = await startEngine();
  const { id: projectId } = await makeProject(ctx);
  const { id: actionId } = await makeAction(ctx, projectId, receiver.url("200"));
  await makeTrigger(ctx, projectId, [actionId]);
  await markDeliveryRunsStarted(ctx, projectId, [actionId]);
  delivery.quick.note(actionId, 5);
  const query = vi.spyOn(pg.Client.prototype, "query");
  onTestFinished(() => query.mockRestore());
  const statementsSoFar = (): string[] =>
    query.mock.calls
      .map(([first]) => (typeof first === "string" ? first : (first as { text: string }).text).replace(/\s+/g, " "))
      .filter((text) => !text.includes(OF_THE_TEST));
  /** Whether the event's delivery and its run are recorded, and the engine's look after the run has ended. */
  const isDone = async (id: string): Promise<boolean> => {
    const before = statementsSoFar().length;
    const [left] = await database.db.$queryRaw<{ executions: number; runs: number }[]>`/* of the test */
      SELECT (SELECT count(*)::int FROM action_execution
          WHERE source_id = ${id} AND status = 'COMPLETED') AS executions,
        (SELECT count(*)::int FROM engine.run WHERE status = 'running') AS runs`;
    return left!.executions === 1 && left!.runs === 0 && statementsSoFar().length === before;
  };

  const rounds: string[][] = [];
  for (let n = 0; n < EVENTS; n++) {
    const id = `obs-${n}`;
    query.mockClear();
    await engine.ingest(
      redactAndStampEvents({
        sender: { projectId, keyId: "key_1", depth: 0 },
        events: [{ name: "observation.created", data: { observation: { id, name: "chat" } } }],
        ids: [`01EVENT${projectId}${id}`],
        body: { hasLongNumbers: false, mayHoldBadText: false, hasBrokenBytes: false },
        redaction: null,
        stampKey: null,
        receivedMicros: n + 1,
        isPaceLow: () => false,
        now: ctx.now(),
      }),
    );
    await expect.poll(() => isDone(id), { timeout: 10_000, interval: 50 }).toBe(true);
    rounds.push(statementsSoFar().map((text) => text.slice(0, 150)));
  }
  expect(receiver.requests).toHaveLength(EVENTS);
  const [fewest = []] = rounds.sort((left, right) => left.length - right.length);
  expect(fewest.length, fewest.join("\n")).toBeLessThanOrEqual(STATEMENTS_MAX);
});
