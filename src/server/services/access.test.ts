import { beforeEach, expect, test } from "vitest";
import type { Role, TokenScope } from "@/domain/access";
import { makeTokenActor } from "@/domain/actor";
import { emptyFilter } from "@/domain/filter/schema";
import { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { makeAction, makeProject } from "@/test/factories";
import { makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { openProjectContext, type SignedInUser } from "./access";
import { setActionPaused } from "./actions/set-action-paused";
import { takeUsageFromPersonLimit } from "./usage-limits";
import { setMemberRole } from "./members/set-member-role";
import { getProject } from "./projects/get-project";
import { removeProject } from "./projects/remove-project";
import { createTrigger } from "./triggers/create-trigger";
import { getTrigger } from "./triggers/get-trigger";
import { listTriggers } from "./triggers/list-triggers";

const { ctx } = useTestContext();
let projectId: string;
let maker: SignedInUser;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  maker = await makeUser(ctx, { [projectId]: "owner" });
});

/**
 * Makes the context of a call with an API token. @param only the one project of the token; null for all projects of its
 * maker
 */
function withToken(scopes: TokenScope[], only: string | null = null): Promise<ProjectContext> {
  const { id, email } = maker;
  const actor = makeTokenActor({ id: "tok_1", name: "CI", maker: { id, label: email }, projectId: only, scopes });
  return openProjectContext(ctx, actor, projectId);
}

async function input(): Promise<TriggerInput> {
  const { id } = await makeAction(ctx, projectId, "https://example.com/hook");
  return TriggerInput.parse({
    name: "Errors",
    eventSource: "observation.created",
    filter: emptyFilter,
    actionIds: [id],
  });
}
const setRole = (role: Role) =>
  ctx.db.membership.update({ where: { projectId_userId: { projectId, userId: maker.id } }, data: { role } });

test("a token does what its scopes allow; a refusal names the scope that it lacks", async () => {
  const reader = await withToken(["read"]);
  expect((await listTriggers(reader, {})).items).toEqual([]);
  expect((await getProject(reader)).permissions).toEqual(["project:read"]);
  await expect(createTrigger(reader, await input())).rejects.toMatchObject({
    code: "FORBIDDEN",
    message: "This token lacks the scope “write”. Use a token that has it.",
  });
  const writer = await withToken(["write"]);
  await expect(listTriggers(writer, {})).rejects.toThrow("lacks the scope “read”");
});

test("no token makes an owner or deletes a project", async () => {
  const token = await withToken(["read", "bodies", "write", "deliver", "admin"]);
  const other = await makeUser(ctx, { [projectId]: "member" });
  await expect(removeProject(token)).rejects.toThrow("No token may do this.");
  await expect(setMemberRole(token, { userId: other.id, role: "owner" })).rejects.toThrow("No token may do this.");
  await setMemberRole(token, { userId: other.id, role: "viewer" });
});

test("a token does no more than its maker may at the time of the call", async () => {
  await createTrigger(await withToken(["write"]), await input());
  await setRole("viewer");
  await expect(createTrigger(await withToken(["write"]), await input())).rejects.toThrow("you are its viewer");
  await ctx.db.membership.deleteMany({ where: { userId: maker.id } });
  await expect(withToken(["write"])).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the token of one project opens no other project of its maker", async () => {
  const other = (await makeProject(ctx, { memberships: { create: { userId: maker.id, role: "owner" } } })).id;
  await expect(withToken(["read"], other)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await withToken(["read"], projectId)).projectId).toBe(projectId);
});

test("the audit log and the history name the token, and its maker answers for what it makes", async () => {
  const token = await withToken(["read", "write", "deliver"]);
  const { id } = await createTrigger(token, await input());
  const label = `the token “CI” of ${maker.email}`;
  const by = { actorId: "tok_1", actorLabel: label };
  expect(await ctx.db.auditLog.findFirst({ where: { projectId, action: "trigger.create" } })).toMatchObject(by);
  expect(await ctx.db.configurationVersion.findFirst({ where: { targetId: id } })).toMatchObject(by);
  expect((await getTrigger(token, { triggerId: id })).createdBy).toBe(maker.name);
  const action = await makeAction(ctx, projectId, "https://example.com/hook");
  await setActionPaused(token, { actionId: action.id, paused: true });
  expect(await ctx.db.actionConfiguration.findUnique({ where: { id: action.id } })).toMatchObject({
    pausedByLabel: label,
  });
});

test("what a token does counts against its maker's limits", async () => {
  const token = await withToken(["admin"]);
  for (let use = 0; use < 30; use++) await takeUsageFromPersonLimit(token, "passwordLink");
  const own = await openProjectContext(ctx, { type: "user", id: maker.id, label: maker.email }, projectId);
  await expect(takeUsageFromPersonLimit(own, "passwordLink")).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
});
