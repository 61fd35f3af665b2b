import { expect, test } from "vitest";
import type { FilterNode } from "@/domain/filter/schema";
import { makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { listColumnsByUse } from "./list-columns-by-use";

const { ctx: base } = useTestContext({ per: "test" });
const eventSource = "observation.created";

const by = (column: string): FilterNode => ({ type: "condition", column, operator: "is not null" });

test("columns come by the number of triggers that filter by them, at any depth, and deleted triggers count not", async () => {
  const ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  const trigger = async (projectId: string, data: object, ...children: FilterNode[]) => {
    const { id } = await makeTrigger(base, projectId, []);
    const filter = JSON.parse(JSON.stringify({ type: "group", match: "all", children })) as object;
    await base.db.triggerConfiguration.update({ where: { id }, data: { filter, ...data } });
  };
  const nested: FilterNode = { type: "group", match: "any", children: [by("level"), by("latency"), by("latency")] };
  await trigger(ctx.projectId, {}, by("name"), by("name"), nested);
  await trigger(ctx.projectId, {}, by("latency"));
  await trigger(ctx.projectId, {}, by("latency"), by("level"));
  await trigger(ctx.projectId, { deletedAt: base.now() }, by("model"));
  await trigger(ctx.projectId, { eventSource: "score.created" }, by("value"));
  await trigger((await makeProject(base)).id, {}, by("userId"));
  expect(await listColumnsByUse(ctx, { eventSource })).toEqual(["latency", "level", "name"]);
});

test("a project without a filter has no column in use", async () => {
  const ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  expect(await listColumnsByUse(ctx, { eventSource })).toEqual([]);
});
