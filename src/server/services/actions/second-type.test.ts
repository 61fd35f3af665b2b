import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listActionTypes } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { deliverAll } from "@/test/deliver";
import { makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { registerLinesAction, switchLinesActions } from "@/test/lines-action";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { getExecution } from "../executions/get-execution";
import { listExecutions } from "../executions/list-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { restoreConfigurationVersion } from "../restore-configuration-version";
import { createAction } from "./create-action";
import { duplicateAction } from "./duplicate-action";
import { rotateSigningSecret } from "./rotate-signing-secret";
import { updateAction } from "./update-action";
import { getAction } from "./get-action";
import { listActionTypes as listTypes } from "./list-action-types";
import { sendTestEvent } from "./send-test-event";

/*
 * An action type that sends no HTTP request goes through every service of actions. No service knows the type by name.
 */

const { ctx: base } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let ctx: ProjectContext;
let path: string;
let undo: () => void;

beforeEach(async () => {
  undo = registerLinesAction();
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  path = join(await mkdtemp(join(tmpdir(), "file-action-")), "lines");
});
afterEach(() => undo());

const input = (change: object = {}) => ({
  name: "Lines",
  type: "test-lines",
  configuration: { path, prefix: "secret-prefix ", ...change },
});
const lines = (): string[] => readFileSync(path, "utf8").trimEnd().split("\n");

async function fire(actionId: string): Promise<void> {
  await makeTrigger(base, ctx.projectId, [actionId]);
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events: [makeEvent(base, { id: "obs-1" })],
  });
}
const onlyExecution = async () => getExecution(ctx, { executionId: (await listExecutions(ctx, {})).items[0]!.id });

test("is saved in three forms, without a signing secret, and its secret stands in no answer", async () => {
  const made = await createAction(ctx, input());
  expect(made).toMatchObject({ secret: null, warning: null });
  const action = await getAction(ctx, { actionId: made.id });
  expect(action).toMatchObject({
    type: "test-lines",
    problem: null,
    configuration: { path, flush: false, retry: { preset: "none" } },
    target: { verb: "append", address: path },
    secrets: [],
  });
  expect(JSON.stringify(action)).not.toContain("secret-prefix");
  const row = await base.db.actionConfiguration.findUniqueOrThrow({ where: { id: made.id } });
  expect(JSON.stringify(row)).not.toContain("secret-prefix");
  await expect(rotateSigningSecret(ctx, { actionId: made.id, grace: "0" })).rejects.toThrow("signs nothing");
  expect((await duplicateAction(ctx, { actionId: made.id })).secret).toBeNull();
});

test("refuses a configuration at the field at fault", async () => {
  await expect(createAction(ctx, input({ path: "" }))).rejects.toMatchObject({
    fields: { "configuration.path": "Enter the path of a file." },
  });
});

test("delivers an execution, and its history says where it went, in words of its own", async () => {
  const { id } = await createAction(ctx, input());
  await fire(id);
  expect(await deliverAll(base)).toBe(1);
  expect(lines()).toHaveLength(1);
  expect(lines()[0]).toMatch(/^secret-prefix \{.*"obs-1"/);
  const execution = await onlyExecution();
  expect(execution).toMatchObject({ status: "COMPLETED", statusReason: "Delivered: appended a line." });
  expect(execution.attempts).toMatchObject([
    { status: "SUCCEEDED", request: { to: path, actionVersion: 1 }, responseStatus: null, message: "Appended." },
  ]);
});

test("tries a refused delivery again by its own policy, and counts it as a failure of its endpoint", async () => {
  const retry = { preset: "custom", delaysSeconds: [60] };
  const { id } = await createAction(ctx, input({ path: join(path, "missing"), retry }));
  await fire(id);
  await deliverAll(base);
  expect((await onlyExecution()).statusReason).toContain("the file refused the line (ENOENT)");
  base.clock.advance(100_000);
  await deliverAll(base);
  const execution = await onlyExecution();
  expect(execution.status).toBe("ERROR");
  expect(execution.attempts.map(({ errorCode }) => errorCode)).toEqual(["other", "other"]);
});

test("keeps its secret over a change, restores a version, and sends a test", async () => {
  const { id } = await createAction(ctx, input());
  const changed = await updateAction(ctx, {
    actionId: id,
    version: 1,
    action: input({ prefix: undefined, flush: true }),
  });
  await restoreConfigurationVersion(ctx, { kind: "action", targetId: id, version: 1, currentVersion: changed.version });
  expect((await getAction(ctx, { actionId: id })).configuration).toMatchObject({ flush: false });
  expect(await sendTestEvent(ctx, { actionId: id })).toMatchObject({
    ok: true,
    isSavedUrl: true,
    request: { to: path },
    response: { kind: "done", message: "Appended." },
  });
  expect(lines()[0]).toContain("secret-prefix ");
});

test("is one of the types that forms offer", () => {
  const labels = (): string[] => listActionTypes().map(({ label }) => label);
  const withIt = labels();
  undo();
  expect(withIt).toEqual([...labels(), "Test lines"]);
});

test("the list, a new action, a test and an attempt say that the operator switched an action type off", async () => {
  const { id } = await createAction(ctx, input());
  switchLinesActions("Set TEST_LINES=1 to append lines.");
  const unavailable = new Map(listTypes(ctx).map(({ name, unavailable: reason }) => [name, reason]));
  expect(unavailable.get("webhook")).toBeNull();
  expect(unavailable.get("test-lines")).toBe("Set TEST_LINES=1 to append lines.");
  const refused = { code: "UNPROCESSABLE", fields: { type: "Set TEST_LINES=1 to append lines." } };
  await expect(createAction(ctx, input())).rejects.toMatchObject(refused);
  await expect(sendTestEvent(ctx, { actionId: id })).rejects.toMatchObject(refused);
  await fire(id);
  await deliverAll(base);
  expect(await onlyExecution()).toMatchObject({
    errorCode: "switched_off",
    attempts: [{ message: "Set TEST_LINES=1 to append lines." }],
  });
  switchLinesActions(null);
  await expect(sendTestEvent(ctx, { actionId: id })).resolves.toMatchObject({ ok: true });
});
