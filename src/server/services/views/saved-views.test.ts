import { beforeEach, expect, test } from "vitest";
import { makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";

const { ctx } = useTestContext();
let projectId: string;
let member: ReturnType<typeof callerOf>;
let viewer: ReturnType<typeof callerOf>;
const view = { name: "Failures of Jira", query: "status=FAILED&action=act_1" };

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  member = callerOf(ctx, await makeUser(ctx, { [projectId]: "member" }));
  viewer = callerOf(ctx, await makeUser(ctx, { [projectId]: "viewer" }));
});

test("everybody in the project sees a shared view, and only its owner sees a private one", async () => {
  await member.view.save({ projectId, ...view, isShared: true });
  await viewer.view.save({ projectId, ...view, name: "Mine", isShared: false });
  expect(await member.view.list({ projectId })).toMatchObject([{ ...view, isShared: true, mayRemove: true }]);
  expect(await viewer.view.list({ projectId })).toMatchObject([
    { name: view.name, isShared: true, mayRemove: false },
    { name: "Mine", isShared: false, mayRemove: true },
  ]);
});

test("a viewer shares and removes no view of the project, and nobody removes that of another person", async () => {
  const { id: shared } = await member.view.save({ projectId, ...view, isShared: true });
  const { id: own } = await member.view.save({ projectId, ...view, isShared: false });
  await expect(viewer.view.save({ projectId, ...view, isShared: true })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(viewer.view.remove({ projectId, viewId: shared })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(viewer.view.remove({ projectId, viewId: own })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await member.view.remove({ projectId, viewId: shared });
  await member.view.remove({ projectId, viewId: own });
  expect(await member.view.list({ projectId })).toEqual([]);
});
