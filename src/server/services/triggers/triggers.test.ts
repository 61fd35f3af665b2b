import { beforeEach, describe, expect, test } from "vitest";
import { emptyFilter } from "@/domain/filter/schema";
import { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { runJobs } from "@/test/jobs";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { createTrigger } from "./create-trigger";
import { duplicateTrigger } from "./duplicate-trigger";
import { removeTrigger } from "./remove-trigger";
import { setTriggerEnabled } from "./set-trigger-enabled";
import { updateTrigger } from "./update-trigger";
import { getTrigger } from "./get-trigger";
import { listTriggers } from "./list-triggers";
import { restoreTrigger } from "./restore-trigger";

const { ctx: base } = useTestContext();
let ctx: ProjectContext;
let actionId: string;

beforeEach(async () => {
  base.sent.length = 0;
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  actionId = (await makeAction(base, ctx.projectId, "https://example.com/hook")).id;
});

const input = (change: Partial<TriggerInput> = {}): TriggerInput =>
  TriggerInput.parse({
    name: "Errors",
    eventSource: "observation.created",
    filter: levelIs("ERROR"),
    actionIds: [actionId],
    ...change,
  });

async function fire(...ids: string[]) {
  const events = ids.map((id) => makeEvent(base, { id, level: "ERROR" }));
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events,
  });
  return base.db.actionExecution.findMany({
    where: { projectId: ctx.projectId, sourceId: { in: ids } },
    orderBy: { id: "asc" },
  });
}
const audited = async () =>
  (await base.db.auditLog.findMany({ where: { projectId: ctx.projectId }, orderBy: { id: "asc" } })).map(
    (row) => row.action,
  );

describe("a trigger", () => {
  test("is created, listed with its sentence and actions, changed and copied, and audited each time", async () => {
    const { id } = await createTrigger(ctx, input());
    const { items } = await listTriggers(ctx, {});
    expect(items).toMatchObject([
      {
        id,
        name: "Errors",
        status: "ACTIVE",
        version: 1,
        sentence: "level is any of ERROR",
        actions: [{ id: actionId, name: "Test action" }],
        lastExecutionAt: null,
      },
    ]);

    expect(
      await updateTrigger(ctx, {
        triggerId: id,
        version: 1,
        trigger: input({ name: "All", filter: emptyFilter, samplingRate: 0.5 }),
      }),
    ).toEqual({ id, version: 2 });
    expect(await getTrigger(ctx, { triggerId: id })).toMatchObject({
      name: "All",
      filter: emptyFilter,
      samplingRate: 0.5,
      version: 2,
      actionIds: [actionId],
    });

    const copy = await duplicateTrigger(ctx, { triggerId: id });
    expect(await getTrigger(ctx, { triggerId: copy.id })).toMatchObject({
      name: "All (copy)",
      status: "DISABLED",
      version: 1,
      actionIds: [actionId],
    });
    expect(await setTriggerEnabled(ctx, { triggerId: id, enabled: false })).toMatchObject({
      status: "DISABLED",
      version: 3,
    });
    expect(await audited()).toEqual(["trigger.create", "trigger.update", "trigger.duplicate", "trigger.disable"]);
  });

  test("has a version for each change, with its author and its revision", async () => {
    const { id } = await createTrigger(ctx, input());
    await updateTrigger(ctx, {
      triggerId: id,
      version: 1,
      trigger: input({ name: "All", samplingRate: 0.5, delaySeconds: 5, delayMode: "quiet", capPerHour: 9 }),
    });
    await setTriggerEnabled(ctx, { triggerId: id, enabled: false });
    await removeTrigger(ctx, { triggerId: id });
    const rows = await base.db.configurationVersion.findMany({ where: { targetId: id }, orderBy: { version: "asc" } });
    expect(rows.map((row) => [row.version, row.summary, row.actorLabel])).toEqual([
      [1, "Created.", "test"],
      [2, "Changed.", "test"],
      [3, "Switched off.", "test"],
      [4, "Deleted.", "test"],
    ]);
    expect(rows[1]!.snapshot).toEqual(
      input({ name: "All", samplingRate: 0.5, delaySeconds: 5, delayMode: "quiet", capPerHour: 9 }),
    );
    expect(rows[2]!.snapshot).toMatchObject({ status: "DISABLED", actionIds: [actionId] });
    const { configRevision } = await base.db.project.findUniqueOrThrow({ where: { id: ctx.projectId } });
    expect(rows.map((row) => row.revision)).toEqual([...rows.map((row) => row.revision)].sort((a, b) => Number(a - b)));
    expect(rows[3]!.revision).toBe(configRevision);
  });

  test("whose filter can never match is refused, with the reason at the field", async () => {
    const never = {
      type: "group" as const,
      match: "all" as const,
      children: [...levelIs("ERROR").children, ...levelIs("WARNING").children],
    };
    await expect(createTrigger(ctx, input({ filter: never }))).rejects.toMatchObject({
      code: "BAD_REQUEST",
      fields: { filter: expect.stringContaining("can never match") },
    });
    await expect(createTrigger(ctx, input({ delayMode: "quiet" }))).rejects.toMatchObject({
      fields: { delaySeconds: expect.stringContaining("at least 1 second") },
    });
  });

  test("whose filter cannot be evaluated any more shows the reason on every page", async () => {
    const { id } = await createTrigger(ctx, input());
    await base.db.triggerConfiguration.update({
      where: { id },
      data: {
        filter: {
          type: "group",
          match: "all",
          children: [{ type: "condition", column: "nowhere", operator: "=", value: "x" }],
        },
      },
    });
    expect((await listTriggers(ctx, {})).items).toMatchObject([{ id, problem: expect.stringContaining("nowhere") }]);
    expect(await getTrigger(ctx, { triggerId: id })).toMatchObject({ problem: expect.stringContaining("nowhere") });
    await fire("obs-1");
    expect(await base.db.decision.findMany({ where: { triggerId: id } })).toMatchObject([
      { kind: "filter_error", reason: expect.stringContaining("nowhere") },
    ]);
  });

  test("counts the outcomes of a day's events", async () => {
    const { id } = await createTrigger(ctx, input());
    await fire("a", "b");
    expect((await listTriggers(ctx, {})).items).toMatchObject([
      { id, last24h: { matched: 2, created: 2 }, lastExecutionAt: base.now() },
    ]);
    base.clock.advance(25 * 60 * 60 * 1_000);
    expect((await listTriggers(ctx, {})).items).toMatchObject([{ last24h: { created: 0 } }]);
  });

  test("that somebody else has changed is not overwritten", async () => {
    const { id } = await createTrigger(ctx, input());
    await updateTrigger(ctx, { triggerId: id, version: 1, trigger: input({ name: "First" }) });
    await expect(
      updateTrigger(ctx, { triggerId: id, version: 1, trigger: input({ name: "Second" }) }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await getTrigger(ctx, { triggerId: id })).toMatchObject({ name: "First", version: 2 });
  });

  test("is listed in pages that neither repeat nor miss a trigger", async () => {
    for (let index = 0; index < 5; index++) await makeTrigger(base, ctx.projectId, [actionId]);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Awaited<ReturnType<typeof listTriggers>> = await listTriggers(ctx, { cursor, limit: 2 });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });
});

describe("bad input", () => {
  test("is refused at the field, and changes nothing", async () => {
    const bad: [Partial<TriggerInput>, string][] = [
      [{ eventSource: "nothing.known" }, "eventSource"],
      [{ actionIds: ["act_unknown"] }, "actionIds"],
      [
        {
          filter: {
            type: "group",
            match: "all",
            children: [{ type: "condition", column: "nope", operator: "=", value: "x" }],
          },
        },
        "filter.0",
      ],
      [
        {
          filter: {
            type: "group",
            match: "all",
            children: [{ type: "condition", column: "latency", operator: ">", value: "fast" }],
          },
        },
        "filter",
      ],
    ];
    for (const [change, field] of bad) {
      const error = await createTrigger(ctx, input(change)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "BAD_REQUEST", fields: { [field]: expect.any(String) } });
    }
    expect((await listTriggers(ctx, {})).items).toEqual([]);
    expect(await audited()).toEqual([]);
  });

  test.each([
    ["name", { name: "  " }],
    ["name", { name: "x".repeat(101) }],
    ["samplingRate", { samplingRate: 1.1 }],
    ["delaySeconds", { delaySeconds: 604_801 }],
    ["delaySeconds", { delaySeconds: 1.5 }],
    ["actionIds", { actionIds: [] }],
    ["actionIds", { actionIds: ["a", "a"] }],
  ])("the schema refuses %s: %j", (field, change) => {
    const result = TriggerInput.safeParse({
      name: "Errors",
      eventSource: "observation.created",
      filter: emptyFilter,
      actionIds: ["a"],
      ...change,
    });
    expect(result.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
  });
});

describe("deleting a trigger", () => {
  test("cancels waiting executions, marks one on the wire, and leaves resent and finished ones", async () => {
    const { id } = await createTrigger(ctx, input({ delaySeconds: 600 }));
    const [waiting, running, again, done] = await fire("waiting", "running", "again", "done");
    const set = (executionId: string, data: object) =>
      base.db.actionExecution.update({ where: { id: executionId }, data });
    await set(running!.id, { status: "RUNNING" });
    await set(again!.id, { isResend: true });
    await set(done!.id, { status: "COMPLETED" });
    base.sent.length = 0;

    const late = removeTrigger(ctx, { triggerId: id, version: 99 });
    await expect(late).rejects.toMatchObject({ code: "CONFLICT", reason: "version_mismatch" });
    expect(await removeTrigger(ctx, { triggerId: id })).toEqual({ id, cancelled: 1 });
    await runJobs(base, ctx.projectId);
    const rows = new Map(
      (await base.db.actionExecution.findMany({ where: { projectId: ctx.projectId } })).map((row) => [row.id, row]),
    );
    expect(rows.get(waiting!.id)).toMatchObject({
      status: "CANCELLED",
      cancelledBy: "SYSTEM",
      statusReason: "Cancelled: its trigger was deleted.",
      finishedAt: base.now(),
    });
    expect(rows.get(running!.id)).toMatchObject({ status: "RUNNING", cancelRequestedAt: base.now() });
    expect(rows.get(again!.id)).toMatchObject({ status: "PENDING", cancelRequestedAt: null });
    expect(rows.get(done!.id)).toMatchObject({ status: "COMPLETED" });
    expect(base.sent).toMatchObject([{ name: "action/job.requested" }]);
    await expect(getTrigger(ctx, { triggerId: id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await fire("later")).toEqual([]);
  });

  test("whose deletion is undone at once is on as before, and its waiting executions go on", async () => {
    const { id } = await createTrigger(ctx, input({ delaySeconds: 600 }));
    await fire("one");
    await removeTrigger(ctx, { triggerId: id });
    expect(await restoreTrigger(ctx, { triggerId: id })).toEqual({ id });
    expect(await restoreTrigger(ctx, { triggerId: id })).toEqual({ id });
    await runJobs(base, ctx.projectId);
    expect(await getTrigger(ctx, { triggerId: id })).toMatchObject({ status: "ACTIVE", version: 3 });
    expect(await base.db.actionExecution.findMany({ where: { projectId: ctx.projectId } })).toMatchObject([
      { status: "PENDING" },
    ]);
    expect(await fire("two")).toHaveLength(1);
  });

  test("that is off neither creates nor cancels; its executions go on", async () => {
    const { id } = await createTrigger(ctx, input({ delaySeconds: 600 }));
    await fire("one");
    await setTriggerEnabled(ctx, { triggerId: id, enabled: false });
    await fire("two");
    expect(await base.db.actionExecution.findMany({ where: { projectId: ctx.projectId } })).toMatchObject([
      { sourceId: "one", status: "PENDING" },
    ]);
  });
});

test("no trigger of another project can be read or changed, and no action of it used", async () => {
  const { id } = await createTrigger(ctx, input());
  const other = makeSystemProjectContext(base, (await makeProject(base)).id);
  const calls = [
    () => getTrigger(other, { triggerId: id }),
    () => updateTrigger(other, { triggerId: id, version: 1, trigger: input() }),
    () => setTriggerEnabled(other, { triggerId: id, enabled: false }),
    () => duplicateTrigger(other, { triggerId: id }),
    () => removeTrigger(other, { triggerId: id }),
    () => restoreTrigger(other, { triggerId: id }),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(createTrigger(other, input())).rejects.toMatchObject({ fields: { actionIds: expect.any(String) } });
  expect((await listTriggers(other, {})).items).toEqual([]);
  expect(await getTrigger(ctx, { triggerId: id })).toMatchObject({ status: "ACTIVE", version: 1 });
});

test("a viewer reads triggers and changes none", async () => {
  const { id } = await createTrigger(ctx, input());
  const viewer: ProjectContext = { ...ctx, role: "viewer", viewersSeeBodies: false };
  expect(await getTrigger(viewer, { triggerId: id })).toMatchObject({ id });
  for (const call of [
    () => createTrigger(viewer, input()),
    () => removeTrigger(viewer, { triggerId: id }),
    () => setTriggerEnabled(viewer, { triggerId: id, enabled: false }),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
});
