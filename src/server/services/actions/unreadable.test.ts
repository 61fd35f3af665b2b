import { beforeEach, describe, expect, test } from "vitest";
import type { Prisma } from "@/generated/prisma/client";
import { deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";

const { ctx, receiver } = useTestContext();
let projectId: string;
let broken: string;
let healthy: string;
let triggerId: string;
let api: ReturnType<typeof callerOf>;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  broken = (await makeAction(ctx, projectId, receiver.url("200"))).id;
  healthy = (await makeAction(ctx, projectId, receiver.url("204"))).id;
  triggerId = (await makeTrigger(ctx, projectId, [broken, healthy])).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "owner" }));
});

const store = (configuration: unknown) =>
  ctx.db.actionConfiguration.update({
    where: { id: broken },
    data: { configuration: configuration as Prisma.InputJsonValue },
  });

/** Sends one event: it matches, and its executions have one attempt each. */
async function fire(id: string) {
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id })],
  });
  for (const actionId of [broken, healthy]) await deliverOnce(ctx, actionId);
  const rows = await ctx.db.actionExecution.findMany({ where: { projectId, sourceId: id } });
  return new Map(rows.map((row) => [row.actionId, row]));
}

describe.each([
  ["a text", "nothing"],
  ["an empty object", {}],
  ["a URL of an earlier form", { url: "https://example.com/hook", headers: [] }],
  ["headers that are no list", { url: { masked: "https://example.com/…", ciphertext: "x" }, headers: {} }],
])("an action that is stored as %s", (_, configuration) => {
  beforeEach(() => store(configuration));

  test("ends only its own executions, with the reason", async () => {
    const executions = await fire("obs");
    expect(executions.get(healthy)).toMatchObject({ status: "COMPLETED" });
    expect(executions.get(broken)).toMatchObject({ status: "ERROR", error: { code: "invalid_configuration" } });
    expect(await ctx.db.rejectedEvent.count({ where: { projectId } })).toBe(0);
  });

  test("is shown with its problem, and can be switched off and on, copied, and deleted", async () => {
    const { items } = await api.action.list({ projectId });
    expect(items.find(({ id }) => id === broken)).toMatchObject({
      configuration: null,
      problem: expect.stringContaining("cannot be read"),
    });
    expect(items.find(({ id }) => id === healthy)).toMatchObject({ problem: null });
    await api.action.setEnabled({ projectId, actionId: broken, enabled: false });
    await api.action.setEnabled({ projectId, actionId: broken, enabled: true });
    const copy = await api.action.duplicate({ projectId, actionId: broken });
    expect(await api.version.list({ projectId, kind: "action", targetId: broken })).toMatchObject({
      items: [{ summary: "Switched on." }, { summary: "Switched off." }],
    });
    await api.action.remove({ projectId, actionId: copy.id });
    await api.action.remove({ projectId, actionId: broken });
  });

  test("works again once it is saved, and can send the executions that ended meanwhile", async () => {
    const failed = (await fire("obs")).get(broken)!;
    const { version } = await api.action.get({ projectId, actionId: broken });
    await api.action.update({
      projectId,
      actionId: broken,
      version,
      name: "Mended",
      type: "webhook",
      configuration: { url: receiver.url("200"), headers: [] },
    });
    expect(await api.action.get({ projectId, actionId: broken })).toMatchObject({ problem: null });
    await api.execution.resend({ projectId, executionId: failed.id });
    expect((await fire("later")).get(broken)).toMatchObject({ status: "COMPLETED" });
  });
});

test("a signing secret that cannot be decrypted ends its action's executions with the reason", async () => {
  await ctx.db.actionSecret.updateMany({ where: { actionId: broken }, data: { ciphertext: "v1.unknown.AAAA" } });
  const executions = await fire("obs");
  expect(executions.get(broken)).toMatchObject({ status: "ERROR", error: { code: "invalid_configuration" } });
  expect(executions.get(healthy)).toMatchObject({ status: "COMPLETED" });
});

test("a trigger with unknown modes decides nothing and shows the reason; other triggers go on", async () => {
  const other = await makeTrigger(ctx, projectId, [healthy]);
  await ctx.db.triggerConfiguration.update({ where: { id: triggerId }, data: { delayMode: "sometimes" } });
  const wakes = await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "obs" })],
  });
  expect(wakes).toHaveLength(1);
  expect(await api.trigger.get({ projectId, triggerId })).toMatchObject({
    problem: expect.stringContaining("delayMode"),
  });
  expect(await api.trigger.get({ projectId, triggerId: other.id })).toMatchObject({ problem: null });
  expect(await api.trigger.explain({ projectId, triggerId, sourceId: "obs" })).toMatchObject({
    now: { kind: "filter_error" },
    history: [{ kind: "filter_error" }],
  });
});
