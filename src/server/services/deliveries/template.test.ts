import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { createTestContext } from "@/test/context";
import { deliverAll, deliverOnce } from "@/test/deliver";
import { makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { createAction } from "../actions/create-action";
import { updateAction } from "../actions/update-action";
import { getAction } from "../actions/get-action";
import { sendTestEvent } from "../actions/send-test-event";
import { previewTemplate } from "../actions/preview-template";
import { resendExecution } from "../executions/resend-execution";
import { createTriggerCache } from "../matching/trigger-cache";

const NAME = 'say "hi"\n</script> 🎉';
const first = '{"v": 1, "name": "{{ observation.name }}", "execution": {{ execution.id | json }}}';
const second = first.replace("1", "2");
const failing = '{\n  "v": {{ observation.missing }}\n}';

const plenty = { atOnceMs: 600_000, aSecondMs: 60_000 };
const {
  ctx: base,
  database,
  receiver,
} = useTestContext({
  budgets: { subject: plenty, project: plenty, waitMs: 600_000 },
});
let ctx: ProjectContext;

beforeEach(async () => {
  receiver.clear();
  base.clock.advance(Date.now() - base.now().getTime());
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
});

const input = (template: string | null, mode: string) => ({
  name: "Chat",
  type: "webhook",
  configuration: { url: receiver.url(mode), template },
});

async function make(template: string | null, { mode = "200", count = 1 } = {}) {
  const action = await createAction(ctx, input(template, mode));
  await makeTrigger(base, ctx.projectId, [action.id]);
  const events = Array.from({ length: count }, (_, index) => makeEvent(base, { id: `obs-${index}`, name: NAME }));
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events,
  });
  return action;
}
const change = async (actionId: string, template: string | null, mode = "200") =>
  updateAction(ctx, { actionId, version: (await getAction(ctx, { actionId })).version, action: input(template, mode) });
const executions = () =>
  base.db.actionExecution.findMany({
    where: { projectId: ctx.projectId },
    include: { attempts: { orderBy: { number: "asc" } } },
    orderBy: { id: "asc" },
  });
const deliver = () => deliverAll(base);

/** Resends the execution. */
async function resend() {
  const [execution] = await executions();
  await resendExecution(ctx, { executionId: execution!.id });
  await deliver();
}

describe("an action with a template", () => {
  test("sends the rendered body, signs it, and keeps the sent bytes", async () => {
    const { secret } = await make(first, { count: 3 });
    await deliver();
    expect(receiver.requests).toHaveLength(3);
    for (const request of receiver.requests) {
      const body = new Webhook(secret!).verify(request.rawBody, request.headers as Record<string, string>);
      expect(body).toEqual({ v: 1, name: NAME, execution: request.headers["webhook-id"] });
      expect(request.headers["content-type"]).toBe("application/json");
    }
    const bodies = new Map(receiver.requests.map(({ headers, rawBody }) => [headers["webhook-id"], rawBody]));
    for (const row of await executions())
      expect(row).toMatchObject({ status: "COMPLETED", input: bodies.get(row.id), inputFrozenAt: expect.any(Date) });
  });

  test("sends the same bytes on every attempt and resend, even after the template has changed", async () => {
    const { id } = await make(first, { mode: "500" });
    await deliver();
    for (const template of [second, failing, null]) {
      await change(id, template, "500");
      const [row] = await executions();
      base.clock.advance(row!.dueAt.getTime() - base.now().getTime());
      await deliver();
    }
    await change(id, second, "200");
    await base.db.actionExecution.updateMany({ where: { projectId: ctx.projectId }, data: { status: "ERROR" } });
    await resend();
    expect(receiver.requests).toHaveLength(5);
    expect(new Set(receiver.requests.map(({ rawBody }) => rawBody)).size).toBe(1);
    expect(JSON.parse(receiver.requests[4]!.rawBody)).toMatchObject({ v: 1 });
    expect(await executions()).toMatchObject([{ status: "COMPLETED", input: receiver.requests[0]!.rawBody }]);
  });

  test("gets its secrets only in the request: they stand in no row, answer or test", async () => {
    const key = "R0123456789abcdef";
    receiver.script(
      "/200/repeats",
      Array.from({ length: 2 }, () => ({ status: 200, body: `got ${key}` })),
    );
    const configuration = {
      url: receiver.url("200", "repeats"),
      template: '{"routing_key": "{{ secrets.routing_key }}"}',
      headers: [{ name: "routing_key", value: key, secret: true }],
    };
    const action = await createAction(ctx, { name: "Pager", type: "webhook", configuration });
    await makeTrigger(base, ctx.projectId, [action.id]);
    await createExecutions(base, createTriggerCache(), {
      projectId: ctx.projectId,
      eventSource: "observation.created",
      events: [makeEvent(base, { id: "a" })],
    });
    await deliver();
    const [request] = receiver.requests;
    expect(new Webhook(action.secret!).verify(request!.rawBody, request!.headers as Record<string, string>)).toEqual({
      routing_key: key,
    });
    expect(request!.headers).not.toHaveProperty("routing_key");
    const [row] = await executions();
    expect(row).toMatchObject({ status: "COMPLETED", input: `{"routing_key": "[secret routing_key of ${row!.id}]"}` });
    const tested = await sendTestEvent(ctx, { actionId: action.id });
    expect(receiver.requests[1]!.rawBody).toContain(key);
    expect(JSON.stringify([row, tested, await getAction(ctx, { actionId: action.id })])).not.toContain(key);
  });

  test("uses the template of the first attempt, not the template at the time of the event", async () => {
    const { id } = await make(first);
    await change(id, second);
    await deliver();
    expect(JSON.parse(receiver.requests[0]!.rawBody)).toMatchObject({ v: 2 });
  });

  test("keeps sending the envelope in executions that were attempted before it had a template", async () => {
    const { id } = await make(null);
    await deliver();
    await change(id, second);
    await resend();
    expect(receiver.requests[1]!.rawBody).toBe(receiver.requests[0]!.rawBody);
    expect(JSON.parse(receiver.requests[0]!.rawBody)).toMatchObject({ type: "observation.created" });
  });

  test("of an older program sends its envelope", async () => {
    const { id } = await make(null);
    await base.db
      .$executeRaw`UPDATE action_configuration SET configuration = configuration - 'template' WHERE id = ${id}`;
    await deliver();
    expect(JSON.parse(receiver.requests[0]!.rawBody)).toMatchObject({ type: "observation.created" });
  });
});

describe("a template that fails", () => {
  test("fails the attempt with line and reason, ends the execution, and sends no request", async () => {
    await make(failing);
    await deliver();
    const message = "Line 2 of the template: what comes out is not JSON: a value was expected here.";
    expect(await executions()).toMatchObject([
      {
        status: "ERROR",
        statusReason: "Ended without a retry: the template failed.",
        error: { code: "template", message },
        inputFrozenAt: null,
        attempts: [{ number: 1, status: "FAILED", errorCode: "template", message, request: { problem: message } }],
      },
    ]);
    expect(receiver.requests).toHaveLength(0);
  });

  test("freezes no body: after a correction, a resend renders the body and sends it", async () => {
    const { id } = await make(failing);
    await deliver();
    await change(id, second);
    await resend();
    expect(receiver.requests.map(({ rawBody }) => JSON.parse(rawBody))).toMatchObject([{ v: 2, name: NAME }]);
    expect(await executions()).toMatchObject([
      {
        status: "COMPLETED",
        attempts: [
          { number: 1, status: "FAILED" },
          { number: 2, status: "SUCCEEDED" },
        ],
      },
    ]);
  });

  test("does not delay the other executions of its batch", async () => {
    await make('{% case observation.id %}{% when "obs-1" %}broken{% else %}{"ok": true}{% endcase %}', { count: 3 });
    await deliver();
    expect((await executions()).map(({ status }) => status).sort()).toEqual(["COMPLETED", "COMPLETED", "ERROR"]);
    expect(receiver.requests).toHaveLength(2);
  });
});

describe("a template that may take long", () => {
  const heavy = "{% for i in (1..5000) %}{% assign x = i | plus: 1 %}{% endfor %}{{ observation.id | json }}";

  test("is rendered off the event loop, for each execution of a batch", async () => {
    await make(heavy, { count: 30 });
    await deliver();
    expect(receiver.requests.map(({ rawBody }) => rawBody).sort()).toEqual(
      Array.from({ length: 30 }, (_, index) => `"obs-${index}"`).sort(),
    );
    expect((await executions()).every(({ status, attemptCount }) => status === "COMPLETED" && attemptCount === 1)).toBe(
      true,
    );
  });

  test("waits if its project has used up its template time, spends no attempt, and is sent later", async () => {
    const { id } = await make(heavy, { count: 2 });
    const none = { atOnceMs: 0, aSecondMs: 0 };
    const poor = createTestContext(database.db, { budgets: { subject: none, project: none, waitMs: 0 } });
    const waits = {
      status: "PENDING",
      attemptCount: 0,
      attempts: [],
      statusReason: expect.stringContaining("the templates of its project have used up their time"),
    };
    try {
      const context = { ...base, compute: poor.compute };
      expect(await deliverOnce(context, id)).toBe(0);
      expect(await executions()).toMatchObject([waits, waits]);
      base.clock.advance(5_000);
      expect(await deliverOnce(context, id)).toBe(0);
      expect(await executions()).toMatchObject([waits, waits]);
    } finally {
      await poor.close();
    }
    base.clock.advance(10_000);
    await deliver();
    const sent = { status: "COMPLETED", attemptCount: 1, attempts: [{ number: 1 }] };
    expect(await executions()).toMatchObject([sent, sent]);
    expect(receiver.requests).toHaveLength(2);
  });

  test("beyond its limits fails for good, with its line and the reason", async () => {
    await make("[1,\n{% for i in (1..900000) %}{% assign x = i | plus: 1 %}{% endfor %}2]");
    await deliver();
    expect(await executions()).toMatchObject([
      {
        status: "ERROR",
        error: { code: "template", message: "Line 2 of the template: it takes more than 2,000,000 steps." },
        attempts: [{ number: 1, status: "FAILED" }],
      },
    ]);
    expect(receiver.requests).toHaveLength(0);
  });
});

describe("before it is used", () => {
  test("a template with a syntax error is refused at its field, with the line", async () => {
    await expect(createAction(ctx, input("{\n{{ a | shout }}}", "200"))).rejects.toMatchObject({
      code: "BAD_REQUEST",
      fields: { "configuration.template": "Line 2: undefined filter: shout." },
    });
  });

  test("a test sends the rendered sample, and reports a template that renders nothing", async () => {
    const sent = await sendTestEvent(ctx, {
      configuration: input('{"name": "{{ observation.name }}"}', "200").configuration,
    });
    expect(sent.request.body).toBe('{"name": "answer-question"}');
    expect(receiver.requests[0]!.rawBody).toBe(sent.request.body);
    await expect(sendTestEvent(ctx, { configuration: input(failing, "200").configuration })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      fields: { "configuration.template": expect.stringContaining("Line 2 of the template") },
    });
  });

  test("a preview renders the latest observation, a chosen observation, or the sample", async () => {
    const template = '{"id": {{ observation.id | json }}, "input": {{ observation.input | json }}}';
    const preview = (observationId?: string | null, detail: "full" | "thin" = "full") =>
      previewTemplate(ctx, { template, detail, observationId, eventSource: "observation.created" });
    expect(await preview()).toMatchObject({
      observationId: null,
      body: expect.stringContaining("Where is my order 1043?"),
    });
    for (const id of ["old", "new"]) {
      await createExecutions(base, createTriggerCache(), {
        projectId: ctx.projectId,
        eventSource: "observation.created",
        events: [makeEvent(base, { id, input: `é of ${id}` })],
      });
      base.clock.advance(1_000);
    }
    expect(await preview()).toEqual({
      observationId: "new",
      body: '{"id": "new", "input": "é of new"}',
      bytes: 35,
      problem: null,
    });
    expect(await preview("old")).toMatchObject({ observationId: "old", body: '{"id": "old", "input": "é of old"}' });
    expect(await preview("old", "thin")).toMatchObject({ body: '{"id": "old", "input": null}' });
    expect(await preview(null)).toMatchObject({ observationId: null });
    await expect(preview("none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a preview names the line of an error", async () => {
    expect(
      await previewTemplate(ctx, {
        template: failing,
        detail: "full",
        observationId: null,
        eventSource: "observation.created",
      }),
    ).toEqual({
      body: null,
      bytes: 0,
      observationId: null,
      problem: { line: 2, reason: "what comes out is not JSON: a value was expected here" },
    });
  });
});
