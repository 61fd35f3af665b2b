import { beforeEach, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { deliverAll } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { exportExecutions, type ExportExecutionsInput } from "./export-executions";

const { ctx: base, receiver } = useTestContext();
let ctx: ProjectContext;

beforeEach(async () => {
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  const action = await makeAction(base, ctx.projectId, receiver.url("200"));
  await base.db.actionConfiguration.update({ where: { id: action.id }, data: { name: "=cmd|' /C calc'!A0" } });
  await makeTrigger(base, ctx.projectId, [action.id]);
});

async function deliver(count: number): Promise<void> {
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events: Array.from({ length: count }, (_, n) => makeEvent(base, { id: `obs-${n}`, name: "chat" })),
  });
  await deliverAll(base, { projectId: ctx.projectId });
}

async function read(input: Partial<ExportExecutionsInput> = {}, of = ctx): Promise<string> {
  let text = "";
  for await (const part of exportExecutions(of, { format: "csv", filters: {}, hasBodies: false, ...input }))
    text += part;
  return text;
}

test("every execution of the view is in the file once, over many pages", async () => {
  await deliver(450);
  const rows = JSON.parse(await read({ format: "json" })) as { sourceId: string; responseCode: number }[];
  expect(new Set(rows.map(({ sourceId }) => sourceId)).size).toBe(450);
  expect(rows).toHaveLength(450);
  expect(JSON.parse(await read({ format: "json", filters: { code: ["5xx"] } }))).toEqual([]);
});

test("a CSV has a header, and no cell that a spreadsheet would run", async () => {
  await deliver(1);
  const [header, line] = (await read()).split("\r\n");
  expect(header).toMatch(/^id,status,reason,responseCode,error,attempts/);
  expect(line).toContain(",'=cmd|' /C calc'!A0,");
  expect((await read({ filters: { code: ["404"] } })).split("\r\n")).toEqual([header, ""]);
});

test("bodies are in the file for those who may read bodies, and for nobody else", async () => {
  await deliver(1);
  const [row] = JSON.parse(await read({ format: "json", hasBodies: true })) as { requestBody: string }[];
  expect(row!.requestBody).toBe(receiver.requests.at(-1)!.rawBody);
  const viewer: ProjectContext = { ...ctx, role: "viewer", viewersSeeBodies: false };
  await expect(read({ hasBodies: true }, viewer)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await read({}, viewer)).toContain("COMPLETED");
});
