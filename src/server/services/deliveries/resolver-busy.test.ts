import { beforeEach, expect, test } from "vitest";
import { makeResolverBusyError } from "@/server/http/name-resolver";
import { deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";

/** The answer of the resolver: that it is busy, or none at all. */
let answer: () => Promise<never>;
const { ctx } = useTestContext({ per: "test", resolve: () => answer() });
let projectId: string;
let actionId: string;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
});

async function deliver(count: number, configuration: Record<string, unknown>) {
  actionId = (await makeAction(ctx, projectId, "https://hooks.example.com/", configuration)).id;
  await makeTrigger(ctx, projectId, [actionId]);
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: Array.from({ length: count }, (_, index) => makeEvent(ctx, { id: `obs-${index}` })),
  });
  await deliverOnce(ctx, actionId);
}

test("an attempt that our busy resolver refused is retried and counts nowhere", async () => {
  answer = () => Promise.reject(makeResolverBusyError());
  await deliver(12, { retry: { preset: "none" } });
  const rows = await ctx.db.actionExecution.findMany({ where: { projectId } });
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["PENDING"]));
  for (const { dueAt } of rows) expect(dueAt.getTime()).toBeGreaterThan(ctx.now().getTime() + 40_000);
  expect(await ctx.db.actionHealth.findUniqueOrThrow({ where: { actionId } })).toMatchObject({
    failuresInRow: 0,
    openUntil: null,
    failingSince: null,
  });
  expect(await ctx.db.actionHour.count({ where: { projectId } })).toBe(0);
});

test("host names that do not resolve in time open the breaker, and later executions spend no attempt", async () => {
  answer = () => new Promise(() => undefined);
  const timeouts = { connectMs: 1_000, headersMs: 1_000, totalMs: 2_000 };
  await deliver(60, { timeouts });
  expect(await ctx.db.actionAttempt.count({ where: { projectId } })).toBeLessThan(35);
  expect(
    await ctx.db.actionExecution.count({ where: { projectId, status: "PENDING", attemptCount: 0 } }),
  ).toBeGreaterThan(25);
});
