import { beforeEach, expect, test } from "vitest";
import { makeResolverBusyError } from "@/server/http/name-resolver";
import { deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { endLostLeases } from "./end-lost-leases";

/** The number of the process whose leases `lose` ends. */
const DEAD = 7;
const { ctx } = useTestContext({ per: "test", resolve: () => Promise.reject(makeResolverBusyError()) });
let projectId: string;
let actionId: string;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, "https://hooks.example.com/", { retry: { preset: "none" } })).id;
  await makeTrigger(ctx, projectId, [actionId]);
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "obs-1" })],
  });
});

const status = async () => (await ctx.db.actionExecution.findFirstOrThrow({ where: { projectId } })).status;

test.each([
  {
    what: "each attempt failed because this program was overloaded",
    end: async () => {
      while ((await status()) === "PENDING") {
        await deliverOnce(ctx, actionId);
        ctx.clock.advance(3_600_000);
      }
    },
  },
  {
    what: "the outcome of too many attempts is unknown",
    end: async () => {
      for (let lost = 0; lost < 5; lost++) {
        expect(await status()).toBe("PENDING");
        await ctx.db.actionExecution.updateMany({
          where: { projectId },
          data: { status: "RUNNING", leaseToken: `${DEAD}:${lost}`, leaseExpiresAt: ctx.now() },
        });
        expect(await endLostLeases(ctx, new Set([DEAD]))).toBe(1);
      }
    },
  },
  {
    what: "its body was removed",
    end: async () => {
      await ctx.db.actionExecution.updateMany({ where: { projectId }, data: { input: null } });
      await deliverOnce(ctx, actionId);
    },
  },
])("an execution that gives up because $what counts as failed for its action and its trigger", async ({ end }) => {
  await end();
  expect(await status()).toBe("ERROR");
  const sumOfFailed = { where: { projectId }, _sum: { failed: true } } as const;
  const sums = await Promise.all([
    ctx.db.actionHour.aggregate(sumOfFailed),
    ctx.db.actionMinute.aggregate(sumOfFailed),
    ctx.db.triggerCounter.aggregate(sumOfFailed),
  ]);
  expect(sums.map(({ _sum: { failed } }) => failed)).toEqual([1, 1, 1]);
  const attempts = await ctx.db.actionHour.aggregate({ where: { projectId }, _sum: { attempts: true } });
  expect(attempts._sum.attempts).toBe(0);
});
