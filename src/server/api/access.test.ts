import { beforeEach, describe, expect, test } from "vitest";
import { Role } from "@/domain/access";
import type { SignedInUser } from "@/server/services/access";
import { runJobs } from "@/test/jobs";
import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";

const { ctx } = useTestContext();
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
/** The result of a call: "ok", or the error's code. */
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "ok",
    (error: { code: string }) => error.code,
  );

describe("roles", () => {
  test("only owners and admins manage keys, members and settings, and read the audit log", async () => {
    const calls = (role: Role) => [
      as(role).eventKey.create({ projectId, name: "Key" }),
      as(role).eventKey.list({ projectId }),
      as(role).member.list({ projectId }),
      as(role).accessLink.invite({ projectId, email: "new@example.com", role: "member" }),
      as(role).project.update({ projectId, settings: { bodyRetentionDays: 7 } }),
      as(role).audit.list({ projectId }),
    ];
    for (const role of Role.options) {
      const expected = role === "owner" || role === "admin" ? "ok" : "FORBIDDEN";
      expect([role, ...new Set(await Promise.all(calls(role).map(outcome)))]).toEqual([role, expected]);
      expect(await outcome(as(role).project.get({ projectId }))).toBe("ok");
    }
  });

  test("a refusal names the roles with the permission", async () => {
    await expect(as("member").audit.list({ projectId })).rejects.toThrow(
      "Only owners and admins of this project may do this; you are its member.",
    );
  });

  test("only owners delete the project, or change, invite and remove owners", async () => {
    for (const role of ["admin", "member", "viewer"] as const) {
      expect(await outcome(as(role).project.remove({ projectId }))).toBe("FORBIDDEN");
      expect(await outcome(as(role).member.setRole({ projectId, userId: people.owner.id, role: "viewer" }))).toBe(
        "FORBIDDEN",
      );
      expect(await outcome(as(role).member.setRole({ projectId, userId: people[role].id, role: "owner" }))).toBe(
        "FORBIDDEN",
      );
      expect(await outcome(as(role).member.remove({ projectId, userId: people.owner.id }))).toBe("FORBIDDEN");
      expect(await outcome(as(role).accessLink.invite({ projectId, email: "eve@example.com", role: "owner" }))).toBe(
        "FORBIDDEN",
      );
    }
    expect(await outcome(as("owner").member.setRole({ projectId, userId: people.admin.id, role: "owner" }))).toBe("ok");
    expect(await as("admin").project.get({ projectId })).toMatchObject({ role: "owner" });
  });

  test("a project always keeps an owner, also when two owners step down at once", async () => {
    expect(await outcome(as("owner").member.setRole({ projectId, userId: people.owner.id, role: "member" }))).toBe(
      "CONFLICT",
    );
    expect(await outcome(as("owner").member.remove({ projectId, userId: people.owner.id }))).toBe("CONFLICT");
    await as("owner").member.setRole({ projectId, userId: people.admin.id, role: "owner" });
    const both = (["owner", "admin"] as const).map((role) =>
      outcome(as(role).member.setRole({ projectId, userId: people[role].id, role: "member" })),
    );
    expect((await Promise.all(both)).sort()).toEqual(["CONFLICT", "ok"]);
    expect(await ctx.db.membership.count({ where: { projectId, role: "owner" } })).toBe(1);
  });

  test("a change of role counts from the next call on, and everybody may leave", async () => {
    await as("owner").member.setRole({ projectId, userId: people.admin.id, role: "viewer" });
    expect(await outcome(as("admin").member.list({ projectId }))).toBe("FORBIDDEN");
    await as("viewer").member.remove({ projectId, userId: people.viewer.id });
    expect(await outcome(as("viewer").project.get({ projectId }))).toBe("NOT_FOUND");
  });
});

describe("projects", () => {
  test("a person finds no foreign project, and no foreign id in their own project", async () => {
    const stranger = await makeUser(ctx);
    const own = await callerOf(ctx, stranger).project.create({ name: "Mine" });
    const key = await as("owner").eventKey.create({ projectId, name: "Key" });
    const invitation = await as("owner").accessLink.invite({ projectId, email: "new@example.com", role: "member" });
    const caller = callerOf(ctx, stranger);
    const calls = [
      caller.project.get({ projectId }),
      caller.project.update({ projectId, settings: { name: "Taken" } }),
      caller.project.remove({ projectId }),
      caller.eventKey.list({ projectId }),
      caller.member.list({ projectId }),
      caller.audit.list({ projectId }),
      caller.eventKey.revoke({ projectId: own.id, id: key.id }),
      caller.member.setRole({ projectId: own.id, userId: people.viewer.id, role: "owner" }),
      caller.member.remove({ projectId: own.id, userId: people.viewer.id }),
      caller.accessLink.revokeInvitation({ projectId: own.id, id: invitation.id }),
      caller.accessLink.createPasswordReset({ projectId: own.id, userId: people.viewer.id }),
    ];
    expect(await Promise.all(calls.map(outcome))).toEqual(calls.map(() => "NOT_FOUND"));
    expect((await caller.project.list()).map(({ id }) => id)).toEqual([own.id]);
    expect((await caller.audit.list({ projectId: own.id })).items.map(({ action }) => action)).toEqual([
      "project.create",
    ]);
  });

  test("without a session every call is refused", async () => {
    const nobody = callerOf(ctx, null);
    const calls = [nobody.account.me(), nobody.project.list(), nobody.project.get({ projectId })];
    expect(await Promise.all(calls.map(outcome))).toEqual(calls.map(() => "UNAUTHORIZED"));
  });

  test("deleting one ends its waiting executions, its keys, and every member's access", async () => {
    const action = await makeAction(ctx, projectId, "https://example.com/hook");
    const trigger = await makeTrigger(ctx, projectId, [action.id]);
    await ctx.db.actionExecution.create({
      data: {
        id: `exe_${projectId}`,
        projectId,
        triggerId: trigger.id,
        actionId: action.id,
        eventSource: "observation.created",
        sourceId: "obs-1",
        statusReason: "waits",
        triggerVersion: 1,
        eventId: "e",
        dueAt: ctx.now(),
      },
    });
    await as("owner").project.remove({ projectId });
    await runJobs(ctx, projectId);
    expect(await ctx.db.actionExecution.findFirst({ where: { projectId } })).toMatchObject({
      status: "CANCELLED",
      statusReason: "The project was deleted.",
    });
    expect(await ctx.db.triggerConfiguration.count({ where: { projectId, deletedAt: null } })).toBe(0);
    expect(await outcome(as("owner").project.get({ projectId }))).toBe("NOT_FOUND");
    expect(await as("owner").project.list()).toEqual([]);
  });

  test("the audit log has changed settings with their previous values", async () => {
    await as("admin").project.update({ projectId, settings: { name: "Renamed", bodyRetentionDays: 7 } });
    const { items } = await as("owner").audit.list({ projectId });
    expect(items).toMatchObject([
      {
        actor: people.admin.email,
        action: "project.update",
        summary: "Changed settings: name: Test project → Renamed; bodyRetentionDays: 30 → 7",
      },
    ]);
  });

  test("the audit log comes in pages that neither skip nor repeat an entry of the same instant", async () => {
    for (let n = 0; n < 5; n++) await as("owner").eventKey.create({ projectId, name: `Key ${n}` });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await as("owner").audit.list({ projectId, limit: 2, cursor });
      seen.push(...page.items.map(({ summary }) => summary.match(/Key \d/)![0]));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(["Key 4", "Key 3", "Key 2", "Key 1", "Key 0"]);
    expect(await outcome(as("owner").audit.list({ projectId, cursor: "nonsense" }))).toBe("BAD_REQUEST");
  });
});
