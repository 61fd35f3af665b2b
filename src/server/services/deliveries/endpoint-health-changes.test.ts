import { expect, test } from "vitest";
import { makeAction, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { markDeliveryRunsStarted } from "../wakes/wake-actions";
import { changeEndpointHealth, readEndpointHealth, type EndpointHealth } from "./endpoint-health";
import { createEndpointHealthChanger } from "./endpoint-health-changes";

const { ctx, receiver } = useTestContext({ per: "test" });

/** Makes endpoints of one project, and returns their ids with the health that stands in the database. */
async function makeEndpoints(count: number) {
  const { id: projectId } = await makeProject(ctx);
  const actionIds: string[] = [];
  for (let n = 0; n < count; n++) actionIds.push((await makeAction(ctx, projectId, receiver.url("200"))).id);
  await markDeliveryRunsStarted(ctx, projectId, actionIds);
  const known = (await readEndpointHealth(ctx.db, actionIds[0]!))!;
  return { projectId, actionIds, known };
}
const addFailure = (health: EndpointHealth): EndpointHealth => ({
  ...health,
  breaker: { ...health.breaker, failuresInRow: health.breaker.failuresInRow + 1 },
});
const failuresOf = async (actionId: string): Promise<number> =>
  (await readEndpointHealth(ctx.db, actionId))!.breaker.failuresInRow;

test("changes of one endpoint at the same moment are all in the one health that is written", async () => {
  const { actionIds, known } = await makeEndpoints(2);
  const [first, second] = actionIds as [string, string];
  const change = createEndpointHealthChanger();
  const results = await change(ctx, [
    { actionId: first, ask: { known, change: addFailure } },
    { actionId: second, ask: { known, change: addFailure } },
    { actionId: first, ask: { known, change: addFailure } },
    { actionId: first, ask: { known, change: () => null } },
  ]);
  expect(results.map(({ kind }) => kind)).toEqual(["written", "written", "written", "refused"]);
  expect(results.map(({ health }) => health?.breaker.failuresInRow)).toEqual([2, 1, 2, 2]);
  expect([await failuresOf(first), await failuresOf(second)]).toEqual([2, 1]);
  expect((await readEndpointHealth(ctx.db, first))!.revision).toBe(known.revision + 1);
});

test("a change that knows an older health builds on what the process has written since", async () => {
  const { actionIds, known } = await makeEndpoints(1);
  const ask = { known, change: addFailure };
  const change = createEndpointHealthChanger();
  for (let n = 0; n < 3; n++)
    expect(await change(ctx, [{ actionId: actionIds[0]!, ask }])).toMatchObject([{ kind: "written" }]);
  expect(await failuresOf(actionIds[0]!)).toBe(3);
});

test("a change is outdated if another process has written, and the newest health is changed then", async () => {
  const { projectId, actionIds, known } = await makeEndpoints(2);
  const [actionId, other] = actionIds as [string, string];
  const change = createEndpointHealthChanger();
  await change(ctx, [{ actionId, ask: { known, change: addFailure } }]);
  const newest = await changeEndpointHealth(ctx.db, { projectId, actionId }, addFailure);
  const outdated = await change(ctx, [
    { actionId, ask: { known, change: addFailure } },
    { actionId: other, ask: { known, change: addFailure } },
  ]);
  expect(outdated.map(({ kind }) => kind)).toEqual(["outdated", "written"]);
  expect(await failuresOf(actionId)).toBe(2);
  await change(ctx, [{ actionId, ask: { known: newest, change: addFailure } }]);
  expect(await failuresOf(actionId)).toBe(3);
});
