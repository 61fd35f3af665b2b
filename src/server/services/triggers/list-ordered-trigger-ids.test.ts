import { beforeEach, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { setTriggersEnabled } from "./set-triggers-enabled";
import { listTriggers, type ListTriggersInput } from "./list-triggers";

const { ctx: base } = useTestContext({ per: "test", start: new Date("2026-02-01T12:30:00Z") });
let ctx: ProjectContext;
let actionId: string;
let ids: Record<"quiet" | "busy" | "failing", string>;

beforeEach(async () => {
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  actionId = (await makeAction(base, ctx.projectId, "https://example.com/hook")).id;
  const make = async (name: string, actionIds: string[]): Promise<string> => {
    const { id } = await makeTrigger(base, ctx.projectId, actionIds);
    await base.db.triggerConfiguration.update({ where: { id }, data: { name } });
    return id;
  };
  ids = {
    quiet: await make("C quiet", []),
    busy: await make("A busy", [actionId]),
    failing: await make("B failing", []),
  };
  const count = (triggerId: string, matched: number, failed: number) =>
    base.db.triggerCounter.create({
      data: { triggerId, projectId: ctx.projectId, hour: new Date("2026-02-01T12:00:00Z"), matched, failed },
    });
  await count(ids.busy, 50, 0);
  await count(ids.failing, 5, 2);
});

const names = async (input: ListTriggersInput): Promise<string[]> =>
  (await listTriggers(ctx, input)).items.map(({ name }) => name);

test("the list of triggers comes in each order, in pages", async () => {
  expect(await names({ sort: "name" })).toEqual(["A busy", "B failing", "C quiet"]);
  expect(await names({ sort: "busiest" })).toEqual(["A busy", "B failing", "C quiet"]);
  const first = await listTriggers(ctx, { sort: "name", limit: 2 });
  expect(first.items).toHaveLength(2);
  expect(await names({ sort: "name", limit: 2, cursor: first.nextCursor })).toEqual(["C quiet"]);
});

test("the list of triggers is narrowed by state, by action, by a part of the name and by the key", async () => {
  await base.db.triggerConfiguration.update({ where: { id: ids.quiet }, data: { status: "DISABLED" } });
  expect(await names({ state: "off" })).toEqual(["C quiet"]);
  expect(await names({ state: "on", sort: "name" })).toEqual(["A busy", "B failing"]);
  expect(await names({ state: "failing" })).toEqual(["B failing"]);
  expect(await names({ state: "never", sort: "name" })).toEqual(["A busy", "B failing", "C quiet"]);
  expect(await names({ actionId })).toEqual(["A busy"]);
  expect(await names({ sort: "name", search: "FAIL" })).toEqual(["B failing"]);
  await base.db.triggerConfiguration.update({ where: { id: ids.busy }, data: { key: "busy" } });
  expect(await names({ key: "busy" })).toEqual(["A busy"]);
  expect(await names({ sort: "name", key: "busy" })).toEqual(["A busy"]);
  expect(await names({ state: "failing", key: "busy" })).toEqual([]);
});

test("a trigger fails for an hour after an error of its filter", async () => {
  const { projectId } = ctx;
  const of = { projectId, eventSource: "observation.created", eventId: "e", sourceId: "s", triggerId: ids.quiet };
  const createdAt = new Date(base.now().getTime() - 30 * 60_000);
  await base.db.decision.create({ data: { ...of, id: "dec_1", kind: "filter_error", reason: "Broken.", createdAt } });
  expect(await names({ state: "failing", sort: "name" })).toEqual(["B failing", "C quiet"]);
  base.clock.advance(31 * 60_000);
  expect(await names({ state: "failing", sort: "name" })).toEqual(["B failing"]);
});

test("each trigger has its matches and failures of 24 hours by the hour", async () => {
  const [trigger] = (await listTriggers(ctx, { state: "failing" })).items;
  expect(trigger!.hours).toHaveLength(24);
  expect(trigger!.hours.at(-1)).toEqual({ matched: 5, failed: 2 });
  expect(trigger!.last24h.matched).toBe(5);
});

test("several triggers are switched at once; the answer names those that changed, of this project alone", async () => {
  const other = makeSystemProjectContext(base, (await makeProject(base)).id);
  const triggerIds = [ids.quiet, ids.busy, "trg_unknown"];
  expect(await setTriggersEnabled(other, { triggerIds, enabled: false })).toEqual({ changed: [], managed: [] });
  const { changed } = await setTriggersEnabled(ctx, { triggerIds, enabled: false });
  expect(changed.sort()).toEqual([ids.quiet, ids.busy].sort());
  expect(await setTriggersEnabled(ctx, { triggerIds, enabled: false })).toEqual({ changed: [], managed: [] });
  expect(await names({ state: "on" })).toEqual(["B failing"]);
});
