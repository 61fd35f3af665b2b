import pino from "pino";
import superjson from "superjson";
import { beforeAll, expect, test } from "vitest";
import { ResponseHeaders } from "@/domain/execution-record";
import { listHeaderValues } from "@/domain/header-list";
import { deliverAll } from "@/test/deliver";
import { makeEvent, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { findText } from "@/test/find-text";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { appRouter } from "./api/root";
import type { SignedInUser } from "./services/access";
import { createExecutions } from "./services/action-creation/create-executions";
import { createTriggerCache } from "./services/matching/trigger-cache";

const { ctx, database, receiver } = useTestContext();
let projectId: string;
let owner: SignedInUser;
/** every secret of the project, in the form that people and applications hold */
const secrets: string[] = [];
/** credentials in the URLs of actions, which readers with permission for secrets see */
const urlTokens: string[] = [];
const actionIds: string[] = [];
const logged: string[] = [];
const HEADER = 'Bearer "only" for/the+receiver-9f2c';

type Caller = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
const api = () => callerOf(ctx, owner) as unknown as Caller;

beforeAll(async () => {
  ctx.log = pino({ level: "trace" }, { write: (line) => void logged.push(line) });
  projectId = (await makeProject(ctx)).id;
  owner = await makeUser(ctx, { [projectId]: "owner" });
  await furnish();
  await deliver();
});

/**
 * Actions whose endpoints answer well, badly and not at all. Each answer repeats every secret that the endpoint could
 * know.
 */
async function furnish() {
  for (const mode of ["200", "500", "cut", "closed", "nameless"]) await makeTellingAction(mode);
  const nameless = await ctx.db.actionConfiguration.findFirstOrThrow({ where: { projectId, name: "nameless" } });
  await pointAction(ctx, nameless.id, `https://nobody.invalid/hook?token=${tokenOf("nameless")}`);
  secrets.push(((await api().eventKey!.create!({ projectId, name: "Key" })) as { key: string }).key);
  const [now, before] = [
    "whsec_b3BlcmF0aW9uYWwgc2VjcmV0IG5vYm9keSBzZWVz",
    "whsec_dGhlIG9uZSBiZWZvcmUsIG5vYm9keSBzZWVzIGl0",
  ];
  const [ciphertext, oldCiphertext] = [ctx.cipher.encrypt(now), ctx.cipher.encrypt(before)];
  await ctx.db.operationalWebhook.create({
    data: {
      projectId,
      url: "http://127.0.0.1/…",
      urlCiphertext: ctx.cipher.encrypt(receiver.url("200")),
      ciphertext,
      oldCiphertext,
      last4: now.slice(-4),
    },
  });
  secrets.push(now, before);
  await makeTrigger(ctx, projectId, actionIds);
}

async function makeTellingAction(name: string) {
  const url = `${receiver.url(name === "closed" ? "closed" : "200", name)}?token=${tokenOf(name)}`;
  urlTokens.push(tokenOf(name));
  const headers = [
    { name: "authorization", value: `${HEADER}-${name}`, secret: true },
    { name: "x-custom", value: `custom-secret-${name}`, secret: true },
  ];
  const { id, secret } = (await api().action!.create!({
    projectId,
    name,
    type: "webhook",
    configuration: { url, headers },
  })) as { id: string; secret: string };
  const rotated = (await api().action!.rotateSecret!({ projectId, actionId: id, grace: "24h" })) as { secret: string };
  const mine = [secret, rotated.secret, ...headers.map(({ value }) => value)];
  secrets.push(...mine);
  actionIds.push(id);
  // The kept part of this long body ends within a secret.
  const body =
    name === "cut"
      ? "x".repeat(16_384 - 12) + rotated.secret
      : JSON.stringify({ sent: mine, bare: mine.map(bare), url });
  receiver.script(new URL(url).pathname, [
    {
      status: name === "500" ? 500 : 200,
      body,
      headers: { "x-echo": mine.join(" "), "x-path": url, "x-signed-with": rotated.secret },
    },
  ]);
}

const tokenOf = (name: string): string => `credential-in-the-url-${name}`;
const bare = (secret: string): string => secret.replace(/^whsec_|^Bearer /, "");

/** Sends the first attempt of each execution, and a retry of each failed one. */
async function deliver() {
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "obs-1", name: "chat" })],
  });
  await deliverAll(ctx);
  ctx.clock.advance(60 * 60_000);
  await deliverAll(ctx);
}

/** Each secret as people see it, and the parts of it that a text may hold. */
const formsOf = (secret: string): string[] => [secret, JSON.stringify(secret).slice(1, -1), bare(secret)];
const secretsIn = (text: string, looked: readonly string[] = secrets): string[] =>
  looked.filter((secret) => formsOf(secret).some((form) => text.includes(form)));

test("the receiver got each action's secrets", () => {
  const sent = JSON.stringify(receiver.requests);
  for (const name of ["200", "500", "cut"]) expect(sent).toContain(`custom-secret-${name}`);
  expect(secrets).toHaveLength(5 * 4 + 3);
});

test("the history keeps responses with every repeated secret masked", async () => {
  const attempts = await ctx.db.actionAttempt.findMany({ where: { projectId } });
  expect(attempts.map(({ responseStatus, errorCode }) => responseStatus ?? errorCode).sort()).toEqual([
    200,
    200,
    500,
    500,
    "dns",
    "dns",
    "refused",
    "refused",
  ]);
  const failing = attempts.filter(({ responseStatus }) => responseStatus === 500);
  expect(failing).toHaveLength(2);
  for (const { responseBody, responseHeaders } of failing) {
    expect(responseBody).toContain('"••••');
    const headers = ResponseHeaders.parse(responseHeaders)!;
    expect(listHeaderValues(headers, "x-echo").join()).toContain("••••");
    expect(listHeaderValues(headers, "x-signed-with").join()).toContain("••••");
  }
  const cut = attempts.find(({ responseTruncated }) => responseTruncated);
  expect(cut!.responseBody).toMatch(/^x+••••$/);
});

test("no column of any table holds a secret in the clear", async () => {
  const forms = new Set([...secrets, ...urlTokens].flatMap(formsOf));
  expect(await findText(database.connectionString, ...forms)).toEqual([]);
});

test("no line of the log holds a secret", () => {
  expect(secretsIn(logged.join(""), [...secrets, ...urlTokens])).toEqual([]);
});

const caller = (user: SignedInUser): Caller => callerOf(ctx, user) as unknown as Caller;

test("no answer or error of an API query holds a secret", async () => {
  await askEverything(caller(owner), secrets);
});

test("no query shows a credential of a URL to a member or a viewer", async () => {
  for (const role of ["member", "viewer"] as const) {
    await ctx.db.project.update({ where: { id: projectId }, data: { viewersSeeBodies: true } });
    await askEverything(caller(await makeUser(ctx, { [projectId]: role })), [...secrets, ...urlTokens]);
  }
});

/** Calls every query as one person, and searches the answers and errors for secrets. */
async function askEverything(asked: Caller, looked: readonly string[]): Promise<void> {
  const executions = await ctx.db.actionExecution.findMany({ where: { projectId } });
  const [trigger] = await ctx.db.triggerConfiguration.findMany({ where: { projectId } });
  const queries = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>,
  ).filter(([, procedure]) => procedure._def.type === "query");
  const answered = new Set<string>();
  for (const [path] of queries) {
    const [router, name] = path.split(".") as [string, string];
    for (const execution of executions) {
      const ids = {
        projectId,
        triggerId: trigger!.id,
        executionId: execution.id,
        actionId: execution.actionId,
        observationId: "obs-1",
        sourceId: "obs-1",
      };
      const input = {
        ...ids,
        targetId: execution.actionId,
        kind: "action",
        eventSource: "observation.created",
        column: "name",
      };
      const answer = await asked[router]![name]!(input).then(
        (value) => (answered.add(path), superjson.stringify(value)),
        (error: Error) => `${error.message} ${superjson.stringify(error)} ${error.stack}`,
      );
      expect([path, secretsIn(answer, looked)]).toEqual([path, []]);
    }
  }
  const expected = [
    "action.get",
    "action.list",
    "execution.get",
    "execution.list",
    "observation.get",
    "overview.get",
    "project.get",
    "trigger.get",
    "version.list",
  ];
  expect([...answered]).toEqual(expect.arrayContaining(expected));
}

test("the test of an action shows the response with every repeated secret masked", async () => {
  for (const actionId of actionIds)
    expect(secretsIn(superjson.stringify(await api().action!.sendTest!({ projectId, actionId })))).toEqual([]);
  expect(secretsIn(logged.join(""))).toEqual([]);
});
