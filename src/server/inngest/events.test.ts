import { EventType } from "inngest";
import { describe, expect, onTestFinished, test } from "vitest";
import { createUtcPool } from "@/server/db/utc-connection";
import { createTestApp } from "@/server/engine/testing";
import { createFunctions } from "@/server/inngest/functions/create-functions";
import { deliveriesDueEvent, jobRequestedEvent, noticesDueEvent } from "@/server/inngest/events";
import { redactAndStampEvents } from "@/server/services/redact-and-stamp-events";
import { testDependencies } from "@/test/dependencies";
import { makeProject } from "@/test/factories";
import { readUntil } from "@/test/read-until";
import { useTestContext } from "@/test/use-test-context";
import { eventually } from "@/test/eventually";

const { ctx, database } = useTestContext();

/** Starts the functions on the embedded engine. */
async function startFunctions() {
  const app = createTestApp();
  const functions = createFunctions(app.client, testDependencies(ctx));
  const pool = createUtcPool(database.connectionString, { max: 4 });
  const engine = app.engine({ pool, url: database.connectionString }, functions, { quiet: true });
  await engine.migrate();
  await engine.start();
  onTestFinished(async () => {
    await engine.stop();
    await pool.end();
  });
  return { engine, functions };
}

const wasRefused = async (type: EventType<string, typeof jobRequestedEvent.schema>, data: object): Promise<string> => {
  const { issues } = await type.schema["~standard"].validate(data);
  return (issues ?? []).map(({ message }) => message).join();
};

describe("the data of an event", () => {
  test.each([
    [jobRequestedEvent, { jobId: "job_1", generation: 1, part: 0 }],
    [noticesDueEvent, { projectId: "prj_1" }],
    [deliveriesDueEvent, { projectId: "prj_1", actionId: "act_1", at: null }],
  ])("of a version that this program does not know are refused", async (type, data) => {
    const check = (v?: unknown) => wasRefused(type as never, { ...data, ...(v === undefined ? {} : { v }) });
    expect(await check(1)).toBe("");
    expect(await check(2)).toBe(
      "The event's data has version 2, and this program reads version 1. Update the program, then send the event again.",
    );
    expect(await check("1")).toContain('has version "1"');
    expect(await check(null)).toContain("has version null");
  });

  test("without a version are version 1, as older programs sent them", async () => {
    expect(await wasRefused(jobRequestedEvent, { jobId: "job_1", generation: 1, part: 0 })).toBe("");
  });

  test("have a schema wherever a function takes them", async () => {
    const { functions } = await startFunctions();
    const untyped = functions
      .flatMap((fn) => fn.opts.triggers as object[])
      .filter((trigger) => !(trigger instanceof EventType) && "event" in trigger)
      .map(({ event }: { event?: unknown }) => event)
      .filter((event) => !(event instanceof EventType));
    expect(untyped).toEqual([]);
  });
});

test("an event of an unknown version ends its run as failed, in one try, and the run says why", async () => {
  const { engine } = await startFunctions();
  await engine.ingest([{ name: jobRequestedEvent.name, data: { v: 2, job: "job_1" } }]);
  const { id } = await eventually(async () => {
    const { items } = await engine.inspect.runs({ owners: [""], limit: 5 });
    const run = items.find(({ functionId, state }) => functionId.endsWith("run-job") && state === "failed");
    expect(run).toBeDefined();
    return run!;
  });
  const run = await engine.inspect.run(id, [""]);
  expect(run).toMatchObject({ error: { message: expect.stringContaining("data has version 2") } });
});

test("an observation of an unknown version becomes a rejected event, and its batch is decided", async () => {
  const { engine } = await startFunctions();
  const { id: projectId } = await makeProject(ctx);
  const stamped = redactAndStampEvents({
    sender: { projectId, keyId: "key_1", depth: 0 },
    events: [
      { name: "observation.created", data: { observation: { id: "obs-1" } } },
      { name: "observation.created", data: { v: 2, observation: { identifier: "obs-2" } } },
    ],
    ids: ["01EVENTA", "01EVENTB"],
    body: { hasLongNumbers: false, mayHoldBadText: false, hasBrokenBytes: false },
    redaction: null,
    stampKey: null,
    receivedMicros: 1,
    isPaceLow: () => false,
    now: ctx.now(),
  });
  expect(stamped.map(({ json }) => (JSON.parse(json) as { v: number }).v)).toEqual([1, 2]);
  await engine.ingest(stamped);
  const ofProject = { where: { projectId } };
  await readUntil(
    () => ctx.db.observation.count(ofProject),
    (count) => count === 1,
  );
  const rejected = await readUntil(
    () => ctx.db.rejectedEvent.findMany(ofProject),
    (rows) => rows.length > 0,
  );
  expect(rejected).toMatchObject([
    {
      eventId: "01EVENTB",
      keyId: "key_1",
      reason: expect.stringContaining("data has version 2") as string,
      body: expect.stringContaining("obs-2") as string,
    },
  ]);
});
