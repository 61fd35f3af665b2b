import { beforeEach, describe, expect, test } from "vitest";
import type { SignedInUser } from "@/server/services/access";
import { makeProject } from "@/test/factories";
import { callerOf, makeUser, TEST_PASSWORD } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createPasswordResetLinkByCommand } from "./create-password-reset-link-by-command";
import { isPasswordOfUser } from "../users";

const DAY_MS = 24 * 60 * 60_000;
const { ctx } = useTestContext();
let projectId: string;
let owner: SignedInUser;
let admin: SignedInUser;
let guests = 0;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  owner = await makeUser(ctx, { [projectId]: "owner" });
  admin = await makeUser(ctx, { [projectId]: "admin" });
});

const anybody = () => callerOf(ctx, null);
const as = (user: SignedInUser) => callerOf(ctx, user);
const tokenOf = ({ link }: { link: string }) => link.split("/").at(-1)!;
const newEmail = () => `guest-${++guests}@example.com`;
const invite = async (email: string, role: "member" | "owner" = "member", by = owner) =>
  tokenOf(await as(by).accessLink.invite({ projectId, email, role }));
const signedInOnce = (userId: string) =>
  ctx.db.session.create({
    data: { id: `ses-${userId}`, token: `token-${userId}`, userId, expiresAt: new Date(Date.now() + DAY_MS) },
  });

describe("an invitation", () => {
  test("makes one account with its role, once, and is stored only as a hash", async () => {
    const email = newEmail();
    const { link } = await as(owner).accessLink.invite({ projectId, email: email.toUpperCase(), role: "member" });
    expect(link).toMatch(/^http:\/\/localhost:3000\/invite\/[\w-]{43}$/);
    const token = tokenOf({ link });
    expect(JSON.stringify(await ctx.db.accessLink.findMany())).not.toContain(token);
    expect(await anybody().accessLink.inspect({ token })).toMatchObject({
      kind: "INVITATION",
      email,
      projectName: "Test project",
      role: "member",
    });

    expect(await anybody().accessLink.accept({ token, name: "Guest", password: TEST_PASSWORD })).toEqual({
      projectId,
      email,
    });
    const guest = await ctx.db.user.findUniqueOrThrow({ where: { email }, include: { memberships: true } });
    expect(guest.memberships).toMatchObject([{ projectId, role: "member" }]);
    expect(await isPasswordOfUser(ctx.db, guest.id, TEST_PASSWORD)).toBe(true);

    await expect(anybody().accessLink.accept({ token, name: "Second", password: TEST_PASSWORD })).rejects.toMatchObject(
      { code: "NOT_FOUND" },
    );
    await expect(anybody().accessLink.inspect({ token })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await as(owner).audit.list({ projectId })).items.map(({ action }) => action)).toEqual([
      "invitation.accept",
      "invitation.create",
    ]);
  });

  test("to an existing account takes its owner's password or session, and nobody else's", async () => {
    const guest = await makeUser(ctx);
    const token = await invite(guest.email);
    await expect(
      anybody().accessLink.accept({ token, name: "Eve", password: "a password of my own" }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(as(await makeUser(ctx)).accessLink.accept({ token })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(await isPasswordOfUser(ctx.db, guest.id, TEST_PASSWORD)).toBe(true);
    await as(guest).accessLink.accept({ token });
    expect(await as(guest).project.get({ projectId })).toMatchObject({ role: "member" });
  });

  test("serves one of two people who open it at once", async () => {
    const token = await invite(newEmail());
    const both = await Promise.allSettled(
      [1, 2].map((n) => anybody().accessLink.accept({ token, name: `Guest ${n}`, password: TEST_PASSWORD })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("ends when it is revoked, replaced, a week old, or its maker may not invite any more", async () => {
    const gone = async (token: string) =>
      expect(anybody().accessLink.accept({ token, name: "Guest", password: TEST_PASSWORD })).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    const email = newEmail();
    const first = await invite(email);
    const second = await invite(email);
    await gone(first);
    const [open] = await as(owner).accessLink.listInvitations({ projectId });
    await as(owner).accessLink.revokeInvitation({ projectId, id: open!.id });
    await gone(second);
    expect(await as(owner).accessLink.listInvitations({ projectId })).toEqual([]);

    const ofAdmin = await invite(newEmail(), "member", admin);
    await as(owner).member.setRole({ projectId, userId: admin.id, role: "member" });
    await gone(ofAdmin);

    const late = await invite(newEmail());
    ctx.clock.advance(7 * DAY_MS);
    await gone(late);
  });

  test("of a member is refused at the email's field", async () => {
    await expect(invite(admin.email)).rejects.toMatchObject({
      code: "CONFLICT",
      cause: { fields: { email: expect.any(String) } },
    });
  });
});

describe("a link for a new password", () => {
  test("sets it once and ends every session", async () => {
    const member = await makeUser(ctx, { [projectId]: "member" });
    await signedInOnce(member.id);
    const link = await as(admin).accessLink.createPasswordReset({ projectId, userId: member.id });
    expect(link.link).toContain("/reset/");
    await expect(
      anybody().accessLink.resetPassword({ token: tokenOf(link), password: "too short" }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await anybody().accessLink.resetPassword({ token: tokenOf(link), password: "another long password" });
    expect(await isPasswordOfUser(ctx.db, member.id, "another long password")).toBe(true);
    expect(await ctx.db.session.count({ where: { userId: member.id } })).toBe(0);
    await expect(
      anybody().accessLink.resetPassword({ token: tokenOf(link), password: "yet another password" }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("lets no admin become an owner, here or in another project", async () => {
    const elsewhere = (await makeProject(ctx)).id;
    const both = await makeUser(ctx, { [projectId]: "member", [elsewhere]: "viewer" });
    await expect(as(admin).accessLink.createPasswordReset({ projectId, userId: owner.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(as(admin).accessLink.createPasswordReset({ projectId, userId: both.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(as(owner).accessLink.createPasswordReset({ projectId, userId: both.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });

    const member = await makeUser(ctx, { [projectId]: "member" });
    const link = await as(admin).accessLink.createPasswordReset({ projectId, userId: member.id });
    await as(owner).member.setRole({ projectId, userId: member.id, role: "owner" });
    await expect(
      anybody().accessLink.resetPassword({ token: tokenOf(link), password: "taken over now" }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await isPasswordOfUser(ctx.db, member.id, TEST_PASSWORD)).toBe(true);
  });

  test("for any person comes from the command, lasts a day, and is no invitation", async () => {
    const { link } = await createPasswordResetLinkByCommand(ctx, { email: owner.email.toUpperCase() });
    const token = tokenOf({ link });
    await expect(anybody().accessLink.accept({ token, name: "Eve", password: TEST_PASSWORD })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await anybody().accessLink.inspect({ token })).toMatchObject({ kind: "PASSWORD_RESET", email: owner.email });
    ctx.clock.advance(DAY_MS);
    await expect(
      anybody().accessLink.resetPassword({ token, password: "another long password" }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(createPasswordResetLinkByCommand(ctx, { email: "nobody@example.com" })).rejects.toThrow(
      "Nobody here has the email nobody@example.com.",
    );
  });
});

test("changing one's own password takes the current one, and ends the other sessions", async () => {
  const session = await signedInOnce(owner.id);
  await ctx.db.session.create({
    data: { id: "ses-other", token: "token-other", userId: owner.id, expiresAt: session.expiresAt },
  });
  const caller = as({ ...owner, sessionId: session.id });
  await expect(
    caller.account.changePassword({ currentPassword: "not the password", newPassword: "another long password" }),
  ).rejects.toMatchObject({ cause: { fields: { currentPassword: expect.any(String) } } });
  await caller.account.changePassword({ currentPassword: TEST_PASSWORD, newPassword: "another long password" });
  expect(await isPasswordOfUser(ctx.db, owner.id, "another long password")).toBe(true);
  expect(await ctx.db.session.findMany({ where: { userId: owner.id }, select: { id: true } })).toEqual([
    { id: session.id },
  ]);
});
