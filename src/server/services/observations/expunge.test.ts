import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest } from "inngest";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { maskUrl } from "@/domain/action/webhook/url";
import type { Filter } from "@/domain/filter/schema";
import { parseEnv } from "@/env";
import type { ProjectContext } from "@/server/context";
import { receiveEvents } from "@/server/event-intake";
import type { Runtime } from "@/server/runtime";
import { makeAction, makeEventKey, makeProject, makeTrigger } from "@/test/factories";
import { findText } from "@/test/find-text";
import { useTestContext } from "@/test/use-test-context";
import { eventually } from "@/test/eventually";
import { makeSystemProjectContext } from "../access";
import { getExecution } from "../executions/get-execution";
import { resendExecution } from "../executions/resend-execution";
import { expungeBodiesOfSubject } from "./expunge-bodies-of-subject";
import { getObservation } from "./get-observation";

const { database, receiver } = useTestContext();
let slow: Server;
/** Lets the slow receiver answer. */
let answer: () => void;
/** A text that only the bodies of one test hold. */
let mark: string;
let body: { input: string; output: object; metadata: object };

let runtime: Runtime;
let ctx: ProjectContext;
let send: (...observations: object[]) => Promise<unknown>;

beforeAll(async () => {
  slow = createServer((request, response) => {
    request.resume();
    answer = () => response.writeHead(200, { "x-echo": mark }).end(`you sent ${mark}`);
  }).listen(0, "127.0.0.1");
  await once(slow, "listening");
  const parsed = parseEnv({
    DATABASE_URL: database.connectionString,
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    WEBHOOK_ALLOWED_HOSTS: [...receiver.allowedHosts, slowHost()].join(","),
    LOG_LEVEL: "silent",
  });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  globalThis.__triggerSystemEnv = parsed.env;
  runtime = await (await import("@/server/runtime")).getRuntime();
});
afterAll(async () => {
  await runtime.stop();
  globalThis.__triggerSystemRuntime = undefined;
  globalThis.__triggerSystemEnv = undefined;
  slow.closeAllConnections();
  slow.close();
});
beforeEach(async () => {
  mark = `mark-${randomBytes(8).toString("hex")}`;
  body = { input: `${mark} in`, output: { text: `${mark} out` }, metadata: { place: `${mark} meta` } };
  ctx = makeSystemProjectContext(runtime.context, (await makeProject(runtime.context)).id);
  const key = await makeEventKey(ctx, ctx.projectId);
  const client = new Inngest({
    id: "application",
    isDev: false,
    eventKey: key,
    baseUrl: "http://endpoint.invalid/",
    fetch: (url, init) => receiveEvents(runtime, new Request(url, init), { key }),
  });
  send = (...observations) =>
    client.send(observations.map((observation) => ({ name: "observation.created", data: { observation } })));
});

const slowHost = () => `127.0.0.1:${(slow.address() as AddressInfo).port}`;
const inputHolds = (value: string): Filter => ({
  type: "group",
  match: "all",
  children: [{ type: "condition", column: "input", operator: "contains", value }],
});
const executions = () =>
  ctx.db.actionExecution.findMany({ where: { projectId: ctx.projectId }, orderBy: { id: "asc" } });
/** Waits until this many events were processed or rejected. */
const handled = (count: number) =>
  eventually(async () => {
    const where = { projectId: ctx.projectId };
    expect((await ctx.db.observationRevision.count({ where })) + (await ctx.db.rejectedEvent.count({ where }))).toBe(
      count,
    );
  });

/** Makes an observation with every kind of copy: delivered, waiting, superseded, decided, rejected. */
async function leaveCopies() {
  receiver.script("/echo", [{ status: 200, body: `you sent ${mark}`, headers: { "x-echo": mark } }]);
  const action = await makeAction(ctx, ctx.projectId, receiver.url("echo"), { detail: "full" });
  const now = await makeTrigger(ctx, ctx.projectId, [action.id], { filter: inputHolds("first") });
  const later = await makeTrigger(ctx, ctx.projectId, [action.id], { delaySeconds: 3_600 });
  await send({ id: "obs-1", name: "chat", ...body, input: `${mark} first` });
  await eventually(async () =>
    expect((await executions()).map(({ status }) => status).sort()).toEqual(["COMPLETED", "PENDING"]),
  );
  await send({ id: "obs-1", name: "chat", ...body, input: `${mark} second` });
  await send({ id: "obs-1", name: "chat", startTime: "never", ...body });
  await handled(3);
  return { action, now, later };
}

test("every copy of a body is gone, and no other data", async () => {
  await leaveCopies();
  const before = await findText(database.connectionString, mark);
  expect(before).toEqual([
    // The engine has removed the bodies of matched events already.
    "public.action_attempt.response_body",
    "public.action_attempt.response_headers",
    "public.action_execution.input",
    "public.decision.seen",
    "public.observation.state",
    "public.observation_revision.state",
    "public.rejected_event.body",
  ]);
  const rows = await executions();
  expect(await expungeBodiesOfSubject(ctx, { observationId: "obs-1" })).toEqual({
    id: "obs-1",
    executions: 2,
    engineCleared: true,
  });

  expect(await findText(database.connectionString, mark)).toEqual([]);
  expect(JSON.parse((await getObservation(ctx, { observationId: "obs-1" })).state ?? "null")).toEqual({
    id: "obs-1",
    name: "chat",
    environment: "default",
    level: "DEFAULT",
  });
  expect((await executions()).map(({ id, status }) => ({ id, status }))).toEqual(
    rows.map(({ id, status }) => ({ id, status })),
  );
  const [attempt] = await ctx.db.actionAttempt.findMany({ where: { projectId: ctx.projectId } });
  expect(attempt).toMatchObject({
    status: "SUCCEEDED",
    responseStatus: 200,
    request: { method: "POST", url: maskUrl(receiver.url("echo")) },
  });
  const [entry] = await ctx.db.auditLog.findMany({ where: { projectId: ctx.projectId } });
  expect(entry).toMatchObject({
    action: "observation.expunge",
    targetId: "obs-1",
    summary: "Expunged the bodies of the observation obs-1 and of its 2 executions.",
  });
});

test("a sent execution cannot be sent again, and the refusal gives the reason", async () => {
  await leaveCopies();
  await expungeBodiesOfSubject(ctx, { observationId: "obs-1" });
  const done = (await executions()).find(({ status }) => status === "COMPLETED")!;
  expect((await getExecution(ctx, { executionId: done.id })).can).toMatchObject({
    resend: false,
    resendRefusal: expect.stringContaining("Its body was removed"),
  });
  await expect(resendExecution(ctx, { executionId: done.id })).rejects.toThrow(
    "This execution cannot be sent again. Its body was removed, so there is nothing to send.",
  );
});

test("the observation does not fire twice, and later events are new data", async () => {
  const { now, later } = await leaveCopies();
  await expungeBodiesOfSubject(ctx, { observationId: "obs-1" });
  await send({ id: "obs-1", name: "chat", input: "first, and new" });
  await handled(4);
  const rows = await executions();
  expect(rows).toHaveLength(2);
  expect(rows.find(({ triggerId }) => triggerId === now.id)).toMatchObject({
    status: "COMPLETED",
    attemptCount: 1,
    input: null,
  });
  // The execution that waited goes out with the new data.
  expect(rows.find(({ triggerId }) => triggerId === later.id)).toMatchObject({
    status: "PENDING",
    input: expect.stringContaining("first, and new"),
  });
  expect(JSON.parse((await getObservation(ctx, { observationId: "obs-1" })).state ?? "null")).toMatchObject({
    input: "first, and new",
  });
});

test("the response to a request on the wire is not stored either", async () => {
  const action = await makeAction(ctx, ctx.projectId, `http://${slowHost()}/`, { detail: "full" });
  await makeTrigger(ctx, ctx.projectId, [action.id]);
  const asked = new Promise<void>((resolve) => slow.once("request", () => resolve()));
  await send({ id: "obs-1", name: "chat", ...body });
  await asked;
  await expungeBodiesOfSubject(ctx, { observationId: "obs-1" });
  answer();
  await eventually(async () => expect(await executions()).toMatchObject([{ status: "COMPLETED" }]));
  expect(await findText(database.connectionString, mark)).toEqual([]);
});

test("other observations keep their bodies, also one with the same id in another project", async () => {
  await send({ id: "obs-1", ...body }, { id: "obs-2", input: "other" });
  await handled(2);
  const other = makeSystemProjectContext(runtime.context, (await makeProject(runtime.context)).id);
  await ctx.db.observation.create({
    data: {
      projectId: other.projectId,
      id: "obs-1",
      state: JSON.stringify({ observation: { id: "obs-1", input: "foreign" } }),
    },
  });
  await expungeBodiesOfSubject(ctx, { observationId: "obs-1" });
  expect(JSON.parse((await getObservation(ctx, { observationId: "obs-2" })).state ?? "null")).toMatchObject({
    input: "other",
  });
  expect(JSON.parse((await getObservation(other, { observationId: "obs-1" })).state ?? "null")).toMatchObject({
    input: "foreign",
  });
});

test("a missing observation is not found, and only owners and admins may expunge", async () => {
  await expect(expungeBodiesOfSubject(ctx, { observationId: "nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(expungeBodiesOfSubject({ ...ctx, role: "member" }, { observationId: "nobody" })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});
