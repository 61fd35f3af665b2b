import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyFilter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { createDatabase, type Database } from "@/server/db/client";
import { AppError } from "@/server/errors";
import { createTestContext, type TestContext } from "@/test/context";
import { createTestDatabase, type TestDatabase } from "@/test/database";
import { deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { startReceiver, type Receiver } from "@/test/receiver";
import { makeSystemProjectContext } from "./access";
import { createExecutions } from "./action-creation/create-executions";
import { duplicateAction } from "./actions/duplicate-action";
import { removeAction } from "./actions/remove-action";
import { rotateSigningSecret } from "./actions/rotate-signing-secret";
import { setActionEnabled } from "./actions/set-action-enabled";
import { wakeActions } from "./wakes/wake-actions";
import { cancelExecution } from "./executions/cancel-execution";
import { resendExecution } from "./executions/resend-execution";
import { runJobChunk } from "./run-job-chunk";
import { expungeBodiesOfSubject } from "./observations/expunge-bodies-of-subject";
import { removeProject } from "./projects/remove-project";
import { pruneChunk, pruneSteps } from "./prune";
import { createTriggerCache } from "./matching/trigger-cache";
import { createTrigger } from "./triggers/create-trigger";
import { removeTrigger } from "./triggers/remove-trigger";
import { setTriggerEnabled } from "./triggers/set-trigger-enabled";
import { updateTrigger } from "./triggers/update-trigger";
import { createLostWorkWatch, type LostWorkWatch } from "./lost-work-watch";

const ROUNDS = 25;
const SOURCES = 12;
let database: TestDatabase;
let db: Database;
let receiver: Receiver;
let base: TestContext;
let ctx: ProjectContext;
/** The watch counts every process here as dead. So it takes over executions while their requests are on the wire. */
let watch: LostWorkWatch;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.connectionString, 16);
  receiver = await startReceiver();
  base = createTestContext(db, { allowedHosts: [...receiver.allowedHosts] });
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  watch = createLostWorkWatch(base);
});
afterAll(async () => {
  await base.close();
  await db.$disconnect();
  await receiver.close();
  await database.close();
});

const pick = <T>(of: readonly T[]): T | undefined => of[Math.floor(Math.random() * of.length)];
const triggerInput = (actionIds: string[]) => ({
  name: "Everything",
  description: "",
  eventSource: "observation.created",
  filter: emptyFilter,
  samplingRate: 1,
  samplingBy: "source" as const,
  delaySeconds: 0,
  delayMode: "fixed" as const,
  capPerHour: null,
  actionIds,
  status: "ACTIVE" as const,
});
const actionIds = async (): Promise<string[]> =>
  (await db.actionConfiguration.findMany({ where: { projectId: ctx.projectId, deletedAt: null } })).map(({ id }) => id);
const aTrigger = async () =>
  pick(await db.triggerConfiguration.findMany({ where: { projectId: ctx.projectId, deletedAt: null } }));
const anExecution = async () => pick(await db.actionExecution.findMany({ where: { projectId: ctx.projectId } }));

/**
 * Operations that people and the program do at the same time. A refusal with a reason is a right answer; any other
 * error is a fault.
 */
const doings: Record<string, () => Promise<unknown>> = {
  batch: async () => {
    const ids = Array.from({ length: SOURCES }, (_, n) => `source-${n}`).sort(() => Math.random() - 0.5);
    const events = ids.map((id) => makeEvent(base, { id, level: pick(["ERROR", "DEBUG"]) }));
    const wakes = await createExecutions(base, createTriggerCache(), {
      projectId: ctx.projectId,
      eventSource: "observation.created",
      events,
    });
    await wakeActions(base, wakes);
    const woken = pick(wakes);
    if (woken) await deliverOnce(base, woken.actionId);
  },
  deliver: async () => {
    await deliverOnce(base, pick(await actionIds())!);
  },
  watch: () => watch.look(),
  jobs: async () => {
    const job = pick(await db.job.findMany({ where: { status: "RUNNING" } }));
    if (job) await runJobChunk(base, { jobId: job.id, generation: job.generation });
  },
  prune: async () => {
    for (const step of pruneSteps) await pruneChunk(base, step);
  },
  newTrigger: async () => createTrigger(ctx, triggerInput((await actionIds()).slice(0, 3))),
  newAction: async () => duplicateAction(ctx, { actionId: pick(await actionIds())! }),
  changeTrigger: async () => {
    const trigger = await aTrigger();
    if (trigger)
      await updateTrigger(ctx, {
        triggerId: trigger.id,
        version: trigger.version,
        trigger: triggerInput((await actionIds()).sort(() => Math.random() - 0.5).slice(0, 4)),
      });
  },
  switchTrigger: async () => {
    const trigger = await aTrigger();
    if (trigger) await setTriggerEnabled(ctx, { triggerId: trigger.id, enabled: trigger.status === "DISABLED" });
  },
  switchAction: async () => {
    const actionId = pick(await actionIds())!;
    await setActionEnabled(ctx, { actionId, enabled: false });
    await setActionEnabled(ctx, { actionId, enabled: true });
  },
  rotate: async () => rotateSigningSecret(ctx, { actionId: pick(await actionIds())!, grace: "1h" }),
  removeTrigger: async () => {
    const trigger = await aTrigger();
    if (trigger) await removeTrigger(ctx, { triggerId: trigger.id });
  },
  removeAction: async () => {
    const ids = await actionIds();
    if (ids.length > 3) await removeAction(ctx, { actionId: ids.at(-1)! });
  },
  cancel: async () => {
    const execution = await anExecution();
    if (execution) await cancelExecution(ctx, { executionId: execution.id });
  },
  resend: async () => {
    const execution = await anExecution();
    if (execution) await resendExecution(ctx, { executionId: execution.id });
  },
  expunge: async () => expungeBodiesOfSubject(ctx, { observationId: `source-${Math.floor(Math.random() * SOURCES)}` }),
};

// About 400 operations at once: 12 s on a quiet machine with two cores, a minute on a crowded one.
test("no operations deadlock, whatever happens at once", { timeout: 240_000 }, async () => {
  await makeAction(base, ctx.projectId, receiver.url("200"));
  await makeAction(base, ctx.projectId, receiver.url("500"));
  await makeAction(base, ctx.projectId, receiver.url("410"));
  await createTrigger(ctx, triggerInput(await actionIds()));
  const problems: string[] = [];
  const repeat = async (name: string, run: () => Promise<unknown>, rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++)
      await run().catch((error: unknown) => {
        if (!(error instanceof AppError)) problems.push(`${name}: ${String(error)}`);
      });
  };
  await Promise.all(Object.entries(doings).map(([name, run]) => repeat(name, run, ROUNDS)));
  const deletion = repeat("removeProject", () => removeProject(ctx), 1);
  await Promise.all([deletion, ...Object.entries(doings).map(([name, run]) => repeat(name, run, 1))]);
  expect(problems).toEqual([]);
  // Retries hide a deadlock from callers, but not from PostgreSQL's own count. Closing the sessions brings the count up
  // to date.
  await db.$disconnect();
  const [row] = await database.db.$queryRaw<{ deadlocks: number }[]>`
    SELECT deadlocks::int AS deadlocks FROM pg_stat_database WHERE datname = current_database()`;
  expect(row!.deadlocks).toBe(0);
});

test("two owners who start a resend and change a member at the same time both get an answer", async () => {
  const projectId = (await makeProject(base)).id;
  const [owner, member] = [
    await makeUser(base, { [projectId]: "owner" }),
    await makeUser(base, { [projectId]: "member" }),
  ];
  const api = callerOf(base, owner);
  const actionId = (await makeAction(base, projectId, receiver.url("200"))).id;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => [
      api.member.setRole({ projectId, userId: member.id, role: n % 2 ? "admin" : "viewer" }),
      api.project.update({ projectId, settings: { name: `Name ${n}` } }),
      api.action.setEnabled({ projectId, actionId, enabled: n % 2 === 0 }),
    ]).flat(),
  );
  expect(outcomes.filter((outcome) => outcome.status === "rejected")).toEqual([]);
});
