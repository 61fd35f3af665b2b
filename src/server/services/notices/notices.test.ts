import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, test } from "vitest";
import { deliverAll } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { runJobs } from "@/test/jobs";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { sendOperationalNotices } from "./send-operational-notices";

const DAY_MS = 86_400_000;
const { ctx, receiver } = useTestContext({ per: "test" });
let projectId: string;
let actionId: string;
let api: ReturnType<typeof callerOf>;
let secret: string;
let sources = 0;

beforeEach(async () => {
  receiver.clear();
  projectId = (await makeProject(ctx)).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "admin" }));
  secret = (await api.operationalWebhook.set({ projectId, url: receiver.url("200", "told") })).secret!;
});

async function setUp(mode: string): Promise<void> {
  actionId = (await makeAction(ctx, projectId, receiver.url(mode), { retry: { preset: "none" } })).id;
  await makeTrigger(ctx, projectId, [actionId]);
}
/** Makes one attempt, even if the breaker is open. */
async function attempt(): Promise<void> {
  await ctx.db.actionHealth.updateMany({
    where: { actionId },
    data: { openUntil: null, openedAt: null, failuresInRow: 0, recent: [] },
  });
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: `obs-${++sources}` })],
  });
  await deliverAll(ctx, { projectId });
}
async function attemptsOver(days: number, everyHours = 6): Promise<void> {
  for (let hours = 0; hours < days * 24; hours += everyHours) {
    ctx.clock.advance(everyHours * 3_600_000);
    await attempt();
  }
}
const point = (mode: string) => pointAction(ctx, actionId, receiver.url(mode));
const action = () => ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id: actionId } });
async function told(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  await sendOperationalNotices(ctx, { projectId });
  return receiver.requests
    .filter(({ path }) => path.includes("told"))
    .map(({ rawBody }) => JSON.parse(rawBody) as { type: string; data: Record<string, unknown> });
}

describe("an endpoint without a success", () => {
  test("sends a warning after one day and after three, and its action is switched off after five", async () => {
    await setUp("500");
    await attempt();
    await attemptsOver(5.5);
    expect(await action()).toMatchObject({
      disabledAt: expect.any(Date),
      disabledReason: expect.stringContaining("5 days"),
    });
    const notices = await told();
    expect(notices.map(({ type }) => type)).toEqual(["endpoint.failing", "endpoint.failing", "endpoint.disabled"]);
    const last = await ctx.db.actionHealth.findUniqueOrThrow({ where: { actionId } });
    expect(notices[2]!.data).toMatchObject({
      project: { id: projectId },
      action: { id: actionId },
      failingSince: expect.any(String),
      lastFailure: {
        executionId: last.lastFailureExecutionId,
        message: "Answered 500.",
        url: expect.stringContaining(`/executions/${last.lastFailureExecutionId}`),
      },
    });
    expect((await ctx.db.auditLog.findMany({ where: { projectId, action: "action.disable" } })).length).toBe(1);
    expect(
      (await ctx.db.actionExecution.groupBy({ by: ["status"], where: { projectId } }))
        .map(({ status }) => status)
        .sort(),
    ).toEqual(["ERROR", "SKIPPED"]);
  });

  test("that succeeds after a warning sends a notice of its recovery, and its count begins again", async () => {
    await setUp("500");
    await attempt();
    await attemptsOver(1.5);
    await point("200");
    await attempt();
    await point("500");
    await attemptsOver(0.5);
    expect((await told()).map(({ type }) => type)).toEqual(["endpoint.failing", "endpoint.recovered"]);
    expect(await action()).toMatchObject({ disabledAt: null });
  });

  test("with faults of our own only is left alone", async () => {
    await setUp("200");
    await pointAction(ctx, actionId, "https://10.0.0.1/");
    await attempt();
    await attemptsOver(6, 12);
    expect(await action()).toMatchObject({ disabledAt: null });
    expect(await told()).toEqual([]);
  });

  test("begins its count again when somebody switches its action on", async () => {
    await setUp("500");
    await attempt();
    await attemptsOver(5.5);
    await api.action.setEnabled({ projectId, actionId, enabled: true });
    expect(await ctx.db.actionHealth.findUniqueOrThrow({ where: { actionId } })).toMatchObject({
      failingSince: null,
      warnings: 0,
      openUntil: null,
    });
    await attempt();
    expect(await action()).toMatchObject({ disabledAt: null });
  });
});

test("410 Gone switches the action off at once, skips waiting executions, and sends a notice", async () => {
  await setUp("410");
  const events = Array.from({ length: 3 }, () => makeEvent(ctx, { id: `obs-${++sources}` }));
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  const [, ...others] = await ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { id: "asc" } });
  await ctx.db.actionExecution.updateMany({
    where: { id: { in: others.map(({ id }) => id) } },
    data: { dueAt: new Date(ctx.now().getTime() + 60_000) },
  });
  await deliverAll(ctx, { projectId });
  expect(await action()).toMatchObject({ disabledReason: expect.stringContaining("410") });
  await runJobs(ctx, projectId);
  expect(
    (await ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map(
      ({ status }) => status,
    ),
  ).toEqual(["ERROR", "SKIPPED", "SKIPPED"]);
  expect(await told()).toMatchObject([{ type: "endpoint.disabled" }]);
});

describe("a notice", () => {
  test("is signed as deliveries are, and for a day with the previous secret too", async () => {
    await setUp("410");
    const newer = (await api.operationalWebhook.rotate({ projectId })).secret;
    await attempt();
    await told();
    const [request] = receiver.requests.filter(({ path }) => path.includes("told"));
    for (const each of [secret, newer])
      expect(new Webhook(each).verify(request!.rawBody, request!.headers as Record<string, string>)).toMatchObject({
        type: "endpoint.disabled",
      });
    ctx.clock.advance(DAY_MS);
    expect(JSON.stringify(await api.operationalWebhook.get({ projectId }))).not.toContain(newer.slice(6));
  });

  test("that fails is tried again with the same id, and given up in the end", async () => {
    await setUp("410");
    await api.operationalWebhook.set({ projectId, url: receiver.url("500", "told") });
    await attempt();
    for (const seconds of [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 100_000]) {
      ctx.clock.advance(seconds * 1_000);
      await told();
    }
    const requests = receiver.requests.filter(({ path }) => path.includes("told"));
    expect(requests).toHaveLength(7);
    expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect((await api.operationalWebhook.get({ projectId }))!.notices).toMatchObject([
      { type: "endpoint.disabled", status: "failed", attempts: 7, message: "Answered 500." },
    ]);
  });

  test("goes to the project's own webhook alone, and is not written without one", async () => {
    const other = (await makeProject(ctx)).id;
    const stranger = callerOf(ctx, await makeUser(ctx, { [other]: "owner" }));
    await stranger.operationalWebhook.set({ projectId: other, url: receiver.url("200", "elsewhere") });
    await api.operationalWebhook.remove({ projectId });
    await setUp("410");
    await attempt();
    expect(await told()).toEqual([]);
    expect(receiver.requests.filter(({ path }) => path.includes("elsewhere"))).toEqual([]);
  });

  test("is not sent to an address that the guard forbids", async () => {
    await expect(api.operationalWebhook.set({ projectId, url: "https://169.254.169.254/" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
    await expect(api.operationalWebhook.set({ projectId, url: "no url" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });
});
