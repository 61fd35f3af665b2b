import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, test } from "vitest";
import { makeUserActor } from "@/domain/actor";
import { deliverOnce } from "@/test/deliver";
import { makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { runJobs } from "@/test/jobs";
import { useTestContext } from "@/test/use-test-context";
import type { ProjectContext } from "@/server/context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { createAction } from "./create-action";
import { duplicateAction } from "./duplicate-action";
import { removeAction } from "./remove-action";
import { rotateSigningSecret } from "./rotate-signing-secret";
import { setActionEnabled } from "./set-action-enabled";
import { updateAction } from "./update-action";
import type { ActionInput } from "./action-input";
import { getAction } from "./get-action";
import { listActions } from "./list-actions";
import { restoreAction } from "./restore-action";
import { sendTestEvent, type TestEventChoice } from "./send-test-event";

const HEADER_SECRET = "Bearer a-very-secret-value";
const { ctx: base, receiver } = useTestContext();
let ctx: ProjectContext;

beforeEach(async () => {
  base.sent.length = 0;
  receiver.clear();
  base.clock.advance(Date.now() - base.now().getTime());
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
});

const secretHeader = { name: "authorization", value: HEADER_SECRET, secret: true };
const input = (configuration: Record<string, unknown> = {}, name = "Pager"): ActionInput => ({
  name,
  type: "webhook",
  configuration: { url: receiver.url("200"), headers: [secretHeader], ...configuration },
});
const member = (): ProjectContext => ({
  ...ctx,
  role: "member",
  viewersSeeBodies: false,
  actor: makeUserActor({ id: `usr_${ctx.projectId}`, email: "member@example.com" }),
});

async function fire(actionId: string, ids: string[], delaySeconds = 600) {
  await makeTrigger(base, ctx.projectId, [actionId], { delaySeconds });
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events: ids.map((id) => makeEvent(base, { id })),
  });
}
const executions = () =>
  base.db.actionExecution.findMany({ where: { projectId: ctx.projectId }, orderBy: { id: "asc" } });

/** Sends the waiting executions, and returns the request that the receiver got. */
async function deliver(actionId: string) {
  await fire(actionId, [`obs-${receiver.requests.length}`], 0);
  await deliverOnce(base, actionId);
  return receiver.requests.at(-1)!;
}
const verifies = (secret: string, request: Awaited<ReturnType<typeof deliver>>): boolean => {
  try {
    new Webhook(secret).verify(request.rawBody, request.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

describe("secrets", () => {
  test("are shown once, at creation; after that no answer, audit entry or error holds them", async () => {
    const { id, secret } = await createAction(ctx, input());
    const copy = await duplicateAction(ctx, { actionId: id });
    const rotated = await rotateSigningSecret(ctx, { actionId: id, grace: "1h" });
    const answers = JSON.stringify([
      await getAction(ctx, { actionId: id }),
      await listActions(ctx, {}),
      await updateAction(ctx, {
        actionId: id,
        version: 1,
        action: input({ headers: [{ name: "authorization", secret: true }] }),
      }),
      await sendTestEvent(ctx, { actionId: id }),
      await base.db.auditLog.findMany({ where: { projectId: ctx.projectId } }),
      await base.db.actionConfiguration.findMany({ where: { projectId: ctx.projectId } }),
    ]);
    for (const hidden of [secret, copy.secret, rotated.secret, HEADER_SECRET]) expect(answers).not.toContain(hidden);
    expect(new Set([secret, copy.secret, rotated.secret]).size).toBe(3);
    expect(await getAction(ctx, { actionId: id })).toMatchObject({
      configuration: { headers: [{ name: "authorization", secret: true, last4: "alue" }] },
      secrets: [
        { last4: rotated.secret.slice(-4), expiresAt: null },
        { last4: secret!.slice(-4), expiresAt: rotated.oldValidUntil },
      ],
    });
    expect((await getAction(member(), { actionId: id })).secrets.map((row) => row.last4)).toEqual(["", ""]);
  });

  test("also sign after a rotation until their grace ends", async () => {
    const { id, secret: old } = await createAction(ctx, input());
    const { secret } = await rotateSigningSecret(ctx, { actionId: id, grace: "1h" });
    const during = await deliver(id);
    expect([verifies(old!, during), verifies(secret, during)]).toEqual([true, true]);
    const { secret: newest, oldValidUntil } = await rotateSigningSecret(ctx, { actionId: id, grace: "0" });
    expect(oldValidUntil).toBeNull();
    const after = await deliver(id);
    expect([verifies(old!, after), verifies(secret, after), verifies(newest, after)]).toEqual([false, false, true]);
  });

  test("may be rotated by admins only", async () => {
    const { id } = await createAction(ctx, input());
    await expect(rotateSigningSecret(member(), { actionId: id, grace: "0" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("of a header are kept when the form leaves them out, and never go to another host", async () => {
    const { id } = await createAction(ctx, input());
    const kept = { headers: [{ name: "Authorization", secret: true }] };
    await updateAction(member(), { actionId: id, version: 1, action: input({ ...kept, url: receiver.url("204") }) });
    await deliver(id);
    expect(receiver.requests.at(-1)?.headers.authorization).toBe(HEADER_SECRET);

    const elsewhere = { ...kept, url: "https://example.com/hook" };
    const refusal = {
      code: "BAD_REQUEST",
      fields: { "configuration.headers.0.value": expect.stringContaining("another host") },
    };
    await expect(updateAction(member(), { actionId: id, version: 2, action: input(elsewhere) })).rejects.toMatchObject(
      refusal,
    );
    await expect(sendTestEvent(member(), { actionId: id, configuration: elsewhere })).rejects.toMatchObject(refusal);
  });
});

describe("bad input", () => {
  test.each([
    ["configuration.url", { url: "" }],
    ["configuration.url", { url: "https://127.0.0.1/hook" }],
    ["configuration.url", { url: "https://169.254.169.254/latest/meta-data" }],
    ["configuration.url", { url: "http://example.com" }],
    ["configuration.headers.0.name", { headers: [{ name: "host", value: "x" }] }],
    ["configuration.headers.0.value", { headers: [{ name: "x-a", value: "a\r\nb" }] }],
    ["configuration.timeouts.totalMs", { timeouts: { totalMs: 60_000 } }],
    ["configuration.method", { method: "GET" }],
    ["configuration.headers.0.value", { headers: [{ name: "x-key", secret: true }] }],
  ])("is refused at %s: %j", async (field, change) => {
    await expect(createAction(ctx, input(change))).rejects.toMatchObject({
      code: "BAD_REQUEST",
      fields: { [field]: expect.any(String) },
    });
    expect((await listActions(ctx, {})).items).toEqual([]);
  });

  test("of an unknown type is refused at the field", async () => {
    await expect(createAction(ctx, { ...input(), type: "telepathy" })).rejects.toMatchObject({
      fields: { type: expect.any(String) },
    });
  });
});

describe("an execution that waits for an action", () => {
  test("becomes SKIPPED when the action is switched off", async () => {
    const { id } = await createAction(ctx, input());
    await fire(id, ["a"]);
    base.sent.length = 0;
    expect(await setActionEnabled(ctx, { actionId: id, enabled: false })).toMatchObject({
      disabledAt: base.now(),
      version: 2,
      skipped: 1,
    });
    await runJobs(base, ctx.projectId);
    expect(await executions()).toMatchObject([
      { status: "SKIPPED", statusReason: expect.stringContaining("switched off") },
    ]);
    expect(base.sent).toMatchObject([{ name: "action/job.requested" }]);
    expect(await setActionEnabled(ctx, { actionId: id, enabled: true })).toMatchObject({
      disabledAt: null,
      version: 3,
      skipped: 0,
    });
    expect(await executions()).toMatchObject([{ status: "SKIPPED" }]);
  });

  test("is cancelled when the action is deleted, even if a person sent it again", async () => {
    const { id } = await createAction(ctx, input());
    await fire(id, ["a", "b"]);
    const [first] = await executions();
    await base.db.actionExecution.update({ where: { id: first!.id }, data: { isResend: true } });
    expect(await removeAction(ctx, { actionId: id })).toEqual({ id, cancelled: 2 });
    await runJobs(base, ctx.projectId);
    expect(await executions()).toMatchObject([{ status: "CANCELLED", cancelledBy: "SYSTEM" }, { status: "CANCELLED" }]);
    await expect(getAction(ctx, { actionId: id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("whose deletion is undone at once keeps its waiting executions and its signing secret", async () => {
    const { id } = await createAction(ctx, input());
    await fire(id, ["a"]);
    await removeAction(ctx, { actionId: id });
    await restoreAction(ctx, { actionId: id });
    await runJobs(base, ctx.projectId);
    expect(await executions()).toMatchObject([{ status: "PENDING" }]);
    expect(await getAction(ctx, { actionId: id })).toMatchObject({ version: 3, secrets: [{}] });
  });
});

describe("a test", () => {
  test("arrives signed, and shows request and response with secrets masked", async () => {
    const { id, secret } = await createAction(
      ctx,
      input({
        url: receiver.script("/echo", [
          { status: 200, body: `you sent ${HEADER_SECRET}`, headers: { "x-echo": HEADER_SECRET } },
        ]),
      }),
    );
    const result = await sendTestEvent(ctx, { actionId: id });
    expect(result).toMatchObject({
      ok: true,
      request: { method: "POST" },
      response: { kind: "response", status: 200 },
    });
    expect(verifies(secret!, receiver.requests[0]!)).toBe(true);
    expect(receiver.requests[0]?.headers.authorization).toBe(HEADER_SECRET);
    expect(receiver.requests[0]?.rawBody).toBe(result.request.body);
    expect(JSON.stringify(result)).not.toContain(HEADER_SECRET);
    expect(await executions()).toEqual([]);
  });

  test("of an unsaved form works, and a refusal of the guard stands at the URL", async () => {
    expect(await sendTestEvent(ctx, { configuration: { url: receiver.url("500") } })).toMatchObject({
      ok: false,
      response: { status: 500 },
    });
    await expect(sendTestEvent(ctx, { configuration: { url: "https://10.0.0.1/" } })).rejects.toMatchObject({
      fields: { "configuration.url": expect.any(String) },
    });
  });

  test("uses a chosen event: a stored observation, the latest one, or a payload of one's own", async () => {
    const configuration = { url: receiver.url("200"), detail: "full" };
    await expect(sendTestEvent(ctx, { configuration, event: { kind: "stored" } })).rejects.toMatchObject({
      fields: { event: expect.stringContaining("arrived yet") },
    });
    const events = ["first", "second"].map((id) => makeEvent(base, { id, name: `the ${id}` }));
    for (const event of events) {
      await createExecutions(base, createTriggerCache(), {
        projectId: ctx.projectId,
        eventSource: "observation.created",
        events: [event],
      });
      base.clock.advance(1_000);
    }
    const sent = async (event: TestEventChoice) =>
      (
        JSON.parse((await sendTestEvent(ctx, { configuration, event })).request.body) as {
          data: { observation: { name: string } };
        }
      ).data.observation.name;
    expect(await sent({ kind: "stored" })).toBe("the second");
    expect(await sent({ kind: "stored", id: "first" })).toBe("the first");
    expect(await sent({ kind: "own", json: '{"observation":{"id":"x","name":"mine"}}' })).toBe("mine");
    for (const [json, message] of [
      ["{", "not JSON"],
      ['{"observation":{}}', "id"],
    ] as const) {
      await expect(sendTestEvent(ctx, { configuration, event: { kind: "own", json } })).rejects.toMatchObject({
        code: "BAD_REQUEST",
        fields: { event: expect.stringContaining(message) },
      });
    }
    await expect(sendTestEvent(ctx, { configuration, event: { kind: "stored", id: "unknown" } })).rejects.toMatchObject(
      {
        fields: { event: expect.stringContaining("this id") },
      },
    );
  });

  test("is allowed ten times a minute for a person and project", async () => {
    const me = member();
    for (let index = 0; index < 10; index++) await sendTestEvent(me, { configuration: { url: receiver.url("200") } });
    await expect(sendTestEvent(me, { configuration: { url: receiver.url("200") } })).rejects.toMatchObject({
      code: "TOO_MANY_REQUESTS",
      retryAfterSeconds: expect.any(Number),
    });
    expect(receiver.requests).toHaveLength(10);
    base.clock.advance(60_000);
    await sendTestEvent(me, { configuration: { url: receiver.url("200") } });
    expect(receiver.requests).toHaveLength(11);
  });

  test("is refused to viewers", async () => {
    await expect(
      sendTestEvent({ ...member(), role: "viewer" }, { configuration: { url: receiver.url("200") } }),
    ).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(receiver.requests).toEqual([]);
  });
});

test("an action shows its triggers and the statistics of the last day", async () => {
  const { id } = await createAction(ctx, input());
  await deliver(id);
  const { items } = await listActions(ctx, { search: "page" });
  expect(items).toMatchObject([
    { id, name: "Pager", triggers: [{ name: "Test trigger", status: "ACTIVE" }], last24h: { completed: 1, failed: 0 } },
  ]);
  expect((await listActions(ctx, { search: "nothing" })).items).toEqual([]);
});

test("both orders of the list hold only the actions that are asked for by id", async () => {
  const { id } = await createAction(ctx, input());
  await createAction(ctx, { ...input(), name: "Other" });
  for (const sort of ["newest", "health"] as const) {
    const { items } = await listActions(ctx, { sort, ids: [id] });
    expect(items.map((item) => item.id)).toEqual([id]);
  }
});

test("both orders of the list hold only the action with the key that is asked for", async () => {
  const { id } = await createAction(ctx, { ...input(), key: "pager" });
  await createAction(ctx, { ...input(), name: "Other" });
  for (const sort of ["newest", "health"] as const)
    expect((await listActions(ctx, { sort, key: "pager" })).items.map((item) => item.id)).toEqual([id]);
});

test("a switch and a deletion that name an older version change nothing", async () => {
  const { id } = await createAction(ctx, input());
  await updateAction(ctx, { actionId: id, version: 1, action: { ...input(), name: "Changed" } });
  for (const late of [
    () => setActionEnabled(ctx, { actionId: id, version: 1, enabled: false }),
    () => removeAction(ctx, { actionId: id, version: 1 }),
  ])
    await expect(late()).rejects.toMatchObject({ code: "CONFLICT", reason: "version_mismatch" });
  expect(await getAction(ctx, { actionId: id })).toMatchObject({ version: 2, disabledAt: null });
  expect(await setActionEnabled(ctx, { actionId: id, version: 2, enabled: false })).toMatchObject({ version: 3 });
});

test("no action crosses projects", async () => {
  const { id } = await createAction(ctx, input());
  const other = makeSystemProjectContext(base, (await makeProject(base)).id);
  const calls = [
    () => getAction(other, { actionId: id }),
    () => updateAction(other, { actionId: id, version: 1, action: input() }),
    () => setActionEnabled(other, { actionId: id, enabled: false }),
    () => duplicateAction(other, { actionId: id }),
    () => removeAction(other, { actionId: id }),
    () => rotateSigningSecret(other, { actionId: id, grace: "0" }),
    () => sendTestEvent(other, { actionId: id }),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await listActions(other, {})).items).toEqual([]);
  expect(await getAction(ctx, { actionId: id })).toMatchObject({ version: 1, disabledAt: null });
  expect(receiver.requests).toEqual([]);
});
