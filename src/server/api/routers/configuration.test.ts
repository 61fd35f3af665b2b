import { beforeEach, describe, expect, test } from "vitest";
import { Role } from "@/domain/access";
import { emptyFilter } from "@/domain/filter/schema";
import { createCallerFactory } from "@/server/api/init";
import { appRouter } from "@/server/api/root";
import { createLiveChannel } from "@/server/live";
import type { SignedInUser } from "@/server/services/access";
import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";

const { ctx, database, receiver } = useTestContext();
let projectId: string;
let people: Record<Role, SignedInUser>;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  const made = await Promise.all(
    Role.options.map(async (role) => [role, await makeUser(ctx, { [projectId]: role })] as const),
  );
  people = Object.fromEntries(made) as Record<Role, SignedInUser>;
});

const as = (role: Role) => callerOf(ctx, people[role]);
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "ok",
    (error: { code: string }) => error.code,
  );

test("members make an action and a trigger, which viewers see and cannot change", async () => {
  const action = await as("member").action.create({
    projectId,
    name: "Pager",
    type: "webhook",
    configuration: { url: receiver.url("200") },
  });
  const trigger = await as("member").trigger.create({
    projectId,
    name: " Errors ",
    eventSource: "observation.created",
    filter: emptyFilter,
    actionIds: [action.id],
  });
  expect(await as("viewer").trigger.get({ projectId, triggerId: trigger.id })).toMatchObject({
    name: "Errors",
    samplingRate: 1,
    delaySeconds: 0,
    createdBy: people.member.name,
  });
  expect((await as("viewer").action.list({ projectId })).items).toMatchObject([
    { id: action.id, triggers: [{ id: trigger.id }] },
  ]);

  const calls = (role: Role): Promise<unknown>[] => [
    as(role).trigger.setEnabled({ projectId, triggerId: trigger.id, enabled: true }),
    as(role).trigger.update({
      projectId,
      triggerId: trigger.id,
      version: 0,
      name: "x",
      eventSource: "observation.created",
      filter: emptyFilter,
      actionIds: [action.id],
    }),
    as(role).action.setEnabled({ projectId, actionId: action.id, enabled: true }),
    as(role).action.sendTest({ projectId, actionId: action.id }),
  ];
  const outcomes = (role: Role) => Promise.all(calls(role).map(outcome));
  expect(await outcomes("viewer")).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
  expect(await outcomes("member")).toEqual(["ok", "CONFLICT", "ok", "ok"]);
  expect(await outcome(as("member").action.rotateSecret({ projectId, actionId: action.id, grace: "0" }))).toBe(
    "FORBIDDEN",
  );
  expect(await outcome(as("admin").action.rotateSecret({ projectId, actionId: action.id, grace: "0" }))).toBe("ok");
  expect(await outcome(as("member").rejectedEvent.list({ projectId }))).toBe("FORBIDDEN");
  expect(await outcome(as("admin").rejectedEvent.list({ projectId }))).toBe("ok");
});

test("an id of another project is not found, though the caller is a member of both", async () => {
  const action = await makeAction(ctx, projectId, receiver.url("200"));
  const trigger = await makeTrigger(ctx, projectId, [action.id]);
  const other = (await makeProject(ctx)).id;
  const both = callerOf(ctx, await makeUser(ctx, { [projectId]: "owner", [other]: "owner" }));
  expect(await outcome(both.trigger.get({ projectId, triggerId: trigger.id }))).toBe("ok");
  const calls: Promise<unknown>[] = [
    both.trigger.get({ projectId: other, triggerId: trigger.id }),
    both.trigger.remove({ projectId: other, triggerId: trigger.id }),
    both.action.get({ projectId: other, actionId: action.id }),
    both.action.remove({ projectId: other, actionId: action.id }),
  ];
  expect(await Promise.all(calls.map(outcome))).toEqual(calls.map(() => "NOT_FOUND"));
  const stranger = callerOf(ctx, await makeUser(ctx));
  expect(await outcome(stranger.trigger.list({ projectId }))).toBe("NOT_FOUND");
  expect(await outcome(callerOf(ctx, null).overview.get({ projectId }))).toBe("UNAUTHORIZED");
});

describe("live.changes", () => {
  test("tells of changes of its own project until the browser leaves", async () => {
    const live = createLiveChannel({ connectionString: database.connectionString, log: ctx.log, flushMs: 1 });
    const leave = new AbortController();
    try {
      const caller = createCallerFactory(appRouter)(
        { base: { ...ctx, live }, user: people.viewer, headers: new Headers() },
        { signal: leave.signal },
      );
      const changes = await caller.live.changes({ projectId });
      const messages = changes[Symbol.asyncIterator]();
      // The first message confirms the subscription and names every topic, so that no change before it is missed.
      expect((await messages.next()).value).toEqual({ topics: ["executions", "observations", "triggers", "actions"] });
      live.touch("prj_other", "actions");
      live.touch(projectId, "executions");
      expect((await messages.next()).value).toEqual({ topics: ["executions"] });
    } finally {
      leave.abort();
      await live.close();
    }
  });
});

test("event sources are plain data: columns without functions, and a sample that parses", async () => {
  const [source] = await as("viewer").eventSource.list({ projectId });
  expect(source).toMatchObject({
    name: "observation.created",
    noun: { one: "observation" },
    sample: { observation: { id: expect.any(String) } },
  });
  expect(source!.columns.find((column) => column.id === "input")).toMatchObject({
    label: "Input",
    type: "text",
    isBody: true,
    nullable: true,
  });
  expect(structuredClone(source)).toEqual(source);
});
