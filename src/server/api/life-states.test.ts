import { beforeAll, describe, expect, test } from "vitest";
import superjson from "superjson";
import pg from "pg";
import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import { fillWithLifeStates, type LifeStates } from "@/test/life-states";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";

const { ctx, database } = useTestContext();
let place: { projectId: string; triggerId: string; actionId: string };
let states: LifeStates;
let callers: ReturnType<typeof callerOf>[];

beforeAll(async () => {
  const projectId = (await makeProject(ctx)).id;
  const actionId = (await makeAction(ctx, projectId, "https://example.com/hook")).id;
  const triggerId = (await makeTrigger(ctx, projectId, [actionId])).id;
  place = { projectId, triggerId, actionId };
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  states = await fillWithLifeStates((text, values) => client.query(text, values), place);
  await client.end();
  callers = [
    callerOf(ctx, await makeUser(ctx, { [projectId]: "owner" })),
    callerOf(ctx, await makeUser(ctx, { [projectId]: "viewer" })),
  ];
});

/** The answers to an owner and to a viewer, as the browser gets them. */
const forBoth = (ask: (api: ReturnType<typeof callerOf>) => Promise<unknown>): Promise<string[]> =>
  Promise.all(callers.map(async (api) => superjson.stringify(await ask(api))));

describe("every row of a project is shown, whatever state it is in", () => {
  test("executions, with attempts that were pruned, expunged or written by an older version", async () => {
    for (const executionId of states.executionIds) {
      const answers = await forBoth((api) => api.execution.get({ projectId: place.projectId, executionId }));
      for (const answer of answers) expect(answer).toContain(executionId);
    }
    const { executionIds } = states;
    const pruned = executionIds.find((id) => id.includes("request-removed"))!;
    const { attempts, bodyRemoved } = await callers[0]!.execution.get({ ...place, executionId: pruned });
    expect(bodyRemoved).toBe(true);
    expect(attempts.map(({ request }) => request)).toEqual(Array.from({ length: 4 }, () => ({ removed: true })));
    expect(attempts.map(({ responseHeaders }) => responseHeaders)).toEqual([null, [["server", "x"]], [], null]);
    const expunged = executionIds.find((id) => id.includes("request-expunged"))!;
    expect((await callers[0]!.execution.get({ ...place, executionId: expunged })).attempts[0]!.request).toMatchObject({
      method: "POST",
      url: "https://example.com/hook",
    });
    const unreadable = executionIds.find((id) => id.includes("request-list"))!;
    expect((await callers[0]!.execution.get({ ...place, executionId: unreadable })).attempts[0]!.request).toEqual({
      problem: "The record of this request cannot be read.",
    });
  });

  test("lists, counts and the overview of executions", async () => {
    const { projectId } = place;
    const [answer] = await forBoth((api) => api.execution.list({ projectId, limit: 100 }));
    for (const executionId of states.executionIds) expect(answer).toContain(executionId);
    await forBoth((api) => api.execution.counts({ projectId }));
    await forBoth((api) => api.overview.get({ projectId }));
    await forBoth((api) => api.action.statistics({ projectId, actionId: place.actionId }));
    await forBoth((api) => api.action.troubled({ projectId }));
    await forBoth((api) => api.action.list({ projectId }));
    await forBoth((api) => api.trigger.list({ projectId }));
  });

  test("observations with their explanations", async () => {
    const { projectId, triggerId } = place;
    for (const observationId of states.observationIds) {
      await forBoth((api) => api.observation.get({ projectId, observationId }));
      await forBoth((api) => api.observation.explain({ projectId, observationId }));
      await forBoth((api) => api.trigger.explain({ projectId, triggerId, sourceId: observationId }));
    }
    await forBoth((api) => api.observation.list({ projectId }));
  });

  test("versions, jobs, rejected events, notices and the audit log", async () => {
    const { projectId, triggerId, actionId } = place;
    const [owner] = callers;
    await forBoth((api) => api.version.list({ projectId, kind: "trigger", targetId: triggerId }));
    await forBoth((api) => api.version.list({ projectId, kind: "action", targetId: actionId }));
    await forBoth((api) => api.backfill.list({ projectId }));
    await forBoth((api) => api.resend.list({ projectId }));
    for (const rejectedEventId of states.rejectedIds) await owner!.rejectedEvent.get({ projectId, rejectedEventId });
    expect((await owner!.rejectedEvent.list({ projectId })).items).toHaveLength(states.rejectedIds.length);
    expect((await owner!.operationalWebhook.get({ projectId }))?.notices).toHaveLength(3);
    expect((await owner!.audit.list({ projectId })).items).toHaveLength(1);
  });
});
