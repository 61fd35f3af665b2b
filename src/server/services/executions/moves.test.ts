import { beforeAll, beforeEach, expect, test } from "vitest";
import { ExecutionStatus, findStatusAfterMove, type ExecutionMove } from "@/domain/execution";
import type { ProjectContext } from "@/server/context";
import { createTestContext } from "@/test/context";
import { deliverAll, deliverOnce, testDelivery, testLeaseToken } from "@/test/deliver";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { runJobs } from "@/test/jobs";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { setActionEnabled } from "../actions/set-action-enabled";
import { claimExecutions } from "../deliveries/claim-executions";
import { reserveSlots, type SlotReservation } from "../deliveries/reserve-slots";
import { markDeliveryRunsStarted } from "../wakes/wake-actions";
import { createTriggerCache } from "../matching/trigger-cache";
import { removeTrigger } from "../triggers/remove-trigger";
import { createLostWorkWatch } from "../lost-work-watch";
import { cancelExecution } from "./cancel-execution";
import { resendExecution } from "./resend-execution";

/*
 * Statements write statuses in SQL, which the table of moves cannot check. Here a trigger of the database records each
 * change of a status. The test makes every change, and compares the records with the table.
 */

const { ctx: base, database, receiver } = useTestContext();
let ctx: ProjectContext;
let actionId: string;
let triggerId: string;

beforeAll(async () => {
  await base.db.$executeRaw`CREATE TABLE noted_move (moved_from text, moved_to text)`;
  await base.db.$executeRaw`
    CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO noted_move VALUES (OLD.status, NEW.status); RETURN NEW; END $$`;
  await base.db.$executeRaw`
    CREATE TRIGGER note_move AFTER UPDATE ON action_execution FOR EACH ROW
      WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_move()`;
});
beforeEach(async () => {
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
});

/** Makes an execution, as events make it. */
async function make(mode: string, change: { template?: string; delaySeconds?: number } = {}): Promise<string> {
  const { template, delaySeconds = 0 } = change;
  const configuration = { retry: { preset: "none" as const }, ...(template ? { template } : {}) };
  actionId = (await makeAction(base, ctx.projectId, receiver.url(mode), configuration)).id;
  triggerId = (await makeTrigger(base, ctx.projectId, [actionId], { filter: levelIs("ERROR"), delaySeconds })).id;
  await receive("ERROR");
  return (await base.db.actionExecution.findFirstOrThrow({ where: { actionId } })).id;
}
async function receive(level: string): Promise<void> {
  base.clock.advance(1_000);
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events: [makeEvent(base, { id: "obs", level }, { ts: base.now().getTime() })],
  });
}
const deliver = () => deliverAll(base, { projectId: ctx.projectId });
async function claimAndDie(): Promise<void> {
  const key = { projectId: ctx.projectId, actionId };
  await markDeliveryRunsStarted(base, ctx.projectId, [actionId]);
  const reserved = await reserveSlots(base, testDelivery().statements, { key, count: 1, token: testLeaseToken() });
  await claimExecutions(base, ctx.projectId, [reserved as SlotReservation]);
}
async function lookAfterLease(): Promise<void> {
  base.clock.advance(120_000);
  await createLostWorkWatch(base).look();
}
const withoutTime = async (run: (context: typeof base) => Promise<unknown>): Promise<void> => {
  const none = { atOnceMs: 0, aSecondMs: 0 };
  const poor = createTestContext(database.db, { budgets: { subject: none, project: none, waitMs: 0 } });
  await run({ ...base, compute: poor.compute }).finally(() => poor.close());
};
const heavy = "{% for i in (1..5000) %}{% assign x = i | plus: 1 %}{% endfor %}1";

/** Each entry makes its moves of an execution, one after the other. */
const doings: Record<string, () => Promise<unknown>> = {
  "succeeds, and is sent again": async () => {
    const executionId = await make("200");
    await deliver();
    await resendExecution(ctx, { executionId });
  },
  "fails for good, and is sent again": async () => {
    const executionId = await make("500");
    await deliver();
    await resendExecution(ctx, { executionId });
  },
  "is tried again": async () => {
    await make("503");
    await base.db.actionConfiguration.updateMany({ where: { id: actionId }, data: { version: 2 } });
    const { configuration } = await base.db.actionConfiguration.findUniqueOrThrow({ where: { id: actionId } });
    const standard = { ...(configuration as object), retry: { preset: "standard" } };
    await base.db.actionConfiguration.update({ where: { id: actionId }, data: { configuration: standard } });
    await deliver();
  },
  "has lost its body": async () => {
    const id = await make("200");
    await base.db.actionExecution.update({ where: { id }, data: { input: null } });
    await deliver();
  },
  "no longer matches, and matches again": async () => {
    await make("200", { delaySeconds: 60 });
    await receive("DEFAULT");
    await receive("ERROR");
  },
  "is cancelled by a person, and sent again": async () => {
    const executionId = await make("200", { delaySeconds: 60 });
    await cancelExecution(ctx, { executionId });
    await resendExecution(ctx, { executionId });
  },
  "no longer matches while its attempt is on the wire": async () => {
    await make("500");
    await base.db.actionExecution.updateMany({ where: { actionId }, data: { cancelRequestedAt: base.now() } });
    await deliver();
  },
  "loses its process": async () => {
    await make("200");
    await claimAndDie();
    await lookAfterLease();
  },
  "loses its process, and was to be cancelled": async () => {
    await make("200");
    await claimAndDie();
    await base.db.actionExecution.updateMany({ where: { actionId }, data: { cancelRequestedAt: base.now() } });
    await lookAfterLease();
  },
  "loses its process again and again": async () => {
    await make("200");
    await base.db.actionExecution.updateMany({ where: { actionId }, data: { unknownCount: 4 } });
    await claimAndDie();
    await lookAfterLease();
  },
  "waits for its project's time for templates": async () => {
    await make("200", { template: heavy });
    await withoutTime((context) => deliverOnce(context, actionId));
  },
  "is skipped as its action is off, and made up for": async () => {
    const executionId = await make("200", { delaySeconds: 60 });
    await setActionEnabled(ctx, { actionId, enabled: false });
    await runJobs(base, ctx.projectId);
    await setActionEnabled(ctx, { actionId, enabled: true });
    await resendExecution(ctx, { executionId });
  },
  "is refused by the claim as its action is off": async () => {
    await make("200");
    await base.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: base.now() } });
    await deliver();
  },
  "is ended by a job as its trigger was deleted": async () => {
    await make("200", { delaySeconds: 60 });
    await removeTrigger(ctx, { triggerId });
    await runJobs(base, ctx.projectId);
  },
  "is refused by the claim as its trigger was deleted": async () => {
    await make("200");
    await removeTrigger(ctx, { triggerId });
    await deliver();
  },
};

const moves = Object.keys({
  claim: true,
  succeed: true,
  retry: true,
  fail: true,
  cancel: true,
  abandon: true,
  skip: true,
  lease_expired: true,
  rearm: true,
  put_back: true,
  resend: true,
} satisfies Record<ExecutionMove, true>) as ExecutionMove[];

test("statements make the moves of the table, and every move of the table is made", async () => {
  for (const [what, run] of Object.entries(doings)) {
    ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
    await run().catch((error: unknown) => {
      throw new Error(`An execution that ${what}: it could not be played.`, { cause: error });
    });
  }
  const noted = await base.db.$queryRaw<
    { pair: string }[]
  >`SELECT DISTINCT moved_from || '→' || moved_to AS pair FROM noted_move`;
  const allowed = ExecutionStatus.options.flatMap((from) =>
    moves.flatMap((move) => {
      const to = findStatusAfterMove(from, move);
      return to ? [`${from}→${to}`] : [];
    }),
  );
  expect(noted.map(({ pair }) => pair).sort()).toEqual([...new Set(allowed)].sort());
});
