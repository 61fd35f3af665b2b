import { beforeEach, expect, test } from "vitest";
import { testDelivery } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { deliverAtOnce } from "./deliver-at-once";
import { markDeliveryRunsStarted } from "../wakes/wake-actions";

const { ctx, receiver } = useTestContext({ per: "test" });
let delivery: ReturnType<typeof testDelivery>;
let sources = 0;

beforeEach(() => {
  receiver.clear();
  ctx.sent.length = 0;
  delivery = testDelivery();
});

/** A project with a webhook for each URL. The endpoints count as quick. */
async function makeQuick(urls = [receiver.url("200")], trigger: Parameters<typeof makeTrigger>[3] = {}) {
  const { id: projectId } = await makeProject(ctx);
  const actionIds: string[] = [];
  for (const url of urls) actionIds.push((await makeAction(ctx, projectId, url)).id);
  await makeTrigger(ctx, projectId, actionIds, trigger);
  await markDeliveryRunsStarted(ctx, projectId, actionIds);
  for (const actionId of actionIds) delivery.quick.note(actionId, 5);
  return { projectId, actionIds };
}
const match = (projectId: string, count = 1) => {
  const events = Array.from({ length: count }, () => makeEvent(ctx, { id: `obs-${++sources}` }));
  const input = { projectId, eventSource: "observation.created", events };
  return createExecutions(ctx, createTriggerCache(), { ...input });
};
const statuses = async (projectId: string): Promise<string[]> =>
  (await ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map(({ status }) => status);
const woken = (): unknown[] => ctx.sent.map((event) => event.data.actionId);

test("a quick endpoint gets its first attempt from the matching run, without a wake", async () => {
  const { projectId } = await makeQuick();
  await deliverAtOnce(ctx, delivery, await match(projectId, 3));
  await Promise.all(delivery.left);
  expect(await statuses(projectId)).toEqual(["COMPLETED", "COMPLETED", "COMPLETED"]);
  expect(woken()).toEqual([]);
  expect(delivery.projectsAtOnce.size).toBe(0);
});

test.each([
  ["was never called", (actionId: string) => delivery.quick.note(actionId, null), {}, 1],
  ["answered slowly", (actionId: string) => delivery.quick.note(actionId, 5_000), {}, 1],
  ["has more than a hundred executions", () => undefined, {}, 101],
  ["has executions with a delay", () => undefined, { delaySeconds: 60 }, 1],
] as [string, (actionId: string) => void, object, number][])(
  "an endpoint that %s gets a wake",
  async (_what, change, trigger, count) => {
    const { projectId, actionIds } = await makeQuick(undefined, trigger);
    change(actionIds[0]!);
    await deliverAtOnce(ctx, delivery, await match(projectId, count));
    expect(woken()).toEqual(actionIds);
    expect(receiver.requests).toEqual([]);
  },
);

test("slow endpoints delay a matching run briefly, then their project uses wakes and others are served", async () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const urls = [1, 2, 3, 4].map((n) => receiver.script(`/slow-${n}`, [{ status: 200, after: opened }]));
  const slow = await makeQuick(urls);
  const other = await makeQuick();
  await deliverAtOnce(ctx, delivery, await match(slow.projectId));
  // The matching run has gone on after its short wait. On a busy machine the claims come after that wait.
  await expect.poll(() => statuses(slow.projectId)).toEqual(["RUNNING", "RUNNING", "RUNNING", "RUNNING"]);
  await deliverAtOnce(ctx, delivery, await match(slow.projectId));
  expect(woken().sort()).toEqual(slow.actionIds.sort());
  await deliverAtOnce(ctx, delivery, await match(other.projectId));
  await expect.poll(() => statuses(other.projectId)).toEqual(["COMPLETED"]);
  open();
  await Promise.all(delivery.left);
  expect((await statuses(slow.projectId)).filter((status) => status === "COMPLETED")).toHaveLength(4);
  expect(delivery.projectsAtOnce.size).toBe(0);
});

test("a delivery that fails before its request asks for a wake", async () => {
  const { projectId, actionIds } = await makeQuick();
  const wakes = await match(projectId);
  const begin = (): string => {
    throw new Error("no token");
  };
  await deliverAtOnce(ctx, { ...delivery, claims: { ...delivery.claims, begin } }, wakes);
  expect(woken()).toEqual(actionIds);
  expect(await statuses(projectId)).toEqual(["PENDING"]);
});
