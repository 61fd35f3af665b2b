import { beforeAll, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { makeEvent, makeEventKey, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { getRejectedEvent } from "./get-rejected-event";
import { listRejectedEvents } from "./list-rejected-events";
import { createTriggerCache } from "../matching/trigger-cache";
import { storeUnknownEventAsRejected } from "../store-unknown-event-as-rejected";

const { ctx: base } = useTestContext();
let ctx: ProjectContext;

beforeAll(async () => {
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  const events = [1, 2, 3].map((index) => makeEvent(base, { id: `bad-${index}`, startTime: "yesterday" }));
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events,
  });
});

test("rejected events are listed by page with the reason, and shown with their data", async () => {
  const first = await listRejectedEvents(ctx, { limit: 2 });
  const second = await listRejectedEvents(ctx, { limit: 2, cursor: first.nextCursor });
  const all = [...first.items, ...second.items];
  expect(new Set(all.map((item) => item.id)).size).toBe(3);
  expect(all[0]).toMatchObject({ name: "observation.created", reason: expect.stringContaining("startTime") });
  expect((await getRejectedEvent(ctx, { rejectedEventId: all[0]!.id })).body).toContain("yesterday");
});

test("admins alone see rejected events, and only those of their own project", async () => {
  const { items } = await listRejectedEvents(ctx, {});
  const rejectedEventId = items[0]!.id;
  for (const role of ["member", "viewer"] as const) {
    await expect(listRejectedEvents({ ...ctx, role }, {})).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(getRejectedEvent({ ...ctx, role }, { rejectedEventId })).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  const other = makeSystemProjectContext(base, (await makeProject(base)).id);
  expect((await listRejectedEvents(other, {})).items).toEqual([]);
  await expect(getRejectedEvent(other, { rejectedEventId })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("an event with an unknown name is kept once an hour, with the name of its key and its data", async () => {
  const { projectId } = ctx;
  await makeEventKey(base, projectId);
  const key = await base.db.eventKey.findFirstOrThrow({ where: { projectId } });
  const unknown = { name: "trace.created", data: { trace: { id: "t" } }, reason: "It is not an event source." };
  for (let sent = 0; sent < 3; sent++) await storeUnknownEventAsRejected(base, { projectId, keyId: key.id }, unknown);
  const found = (await listRejectedEvents(ctx, {})).items.filter(({ name }) => name === "trace.created");
  expect(found).toMatchObject([{ keyName: key.name, reason: "The sender got 400: It is not an event source." }]);
  const { body } = await getRejectedEvent(ctx, { rejectedEventId: found[0]!.id });
  expect(JSON.parse(body)).toEqual({ trace: { id: "t" } });
});
