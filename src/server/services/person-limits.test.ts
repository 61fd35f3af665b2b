import { beforeEach, expect, test } from "vitest";
import { makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import type { SignedInUser } from "./access";
import { makeInstallationAdmin } from "./installation";

const { ctx, receiver } = useTestContext();
let user: SignedInUser;

beforeEach(async () => {
  user = await makeUser(ctx);
});

const ownProject = async () =>
  (await makeProject(ctx, { memberships: { create: { userId: user.id, role: "owner" } } })).id;
const form = (url: string) => ({ name: "Pager", type: "webhook", configuration: { url, headers: [] } });

test("a person's tests count over all projects: a new project gives no new allowance", async () => {
  const me = callerOf(ctx, user);
  const test = async (projectId: string) =>
    me.action.sendTest({ projectId, type: "webhook", configuration: { url: receiver.url("200"), headers: [] } });
  const [first, second] = [await ownProject(), await ownProject()];
  for (let n = 0; n < 10; n++) expect((await test(n % 2 ? first : second)).ok).toBe(true);
  const third = await ownProject();
  await expect(test(third)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS", cause: { retryAfterSeconds: 60 } });
  ctx.clock.advance(60_000);
  expect((await test(third)).ok).toBe(true);
  const entries = await ctx.db.auditLog.findMany({ where: { action: "action.test", actorId: user.id } });
  expect(entries).toHaveLength(11);
});

test("saving actions is no scanner: a person may check 60 addresses a minute over all projects", async () => {
  const me = callerOf(ctx, user);
  const projects = [await ownProject(), await ownProject()];
  let refused = 0;
  for (let n = 0; n < 65; n++)
    await me.action
      .create({ projectId: projects[n % 2]!, ...form(`https://192.0.2.${n}/`) })
      .catch((error: { code: string }) => {
        if (error.code === "TOO_MANY_REQUESTS") refused++;
      });
  expect(refused).toBe(5);
});

test("a person who has used up an hour's allowance reads the wait in minutes", async () => {
  const me = callerOf(ctx, user);
  const project = { projectId: await ownProject() };
  const makeToken = () => me.token.create({ ...project, name: "Builds", scopes: ["read"] });
  for (let n = 0; n < 100; n++) await makeToken();
  await expect(makeToken()).rejects.toThrow("Try again in 60 min.");
  ctx.clock.advance(3_600_000 - 45_000);
  await expect(makeToken()).rejects.toThrow("Try again in 45 s.");
});

test("an operator decides who makes projects, and how many one person may make", async () => {
  const restricted = { ...ctx, env: { ...ctx.env, projects: { creation: "admins" as const, perPersonMax: 2 } } };
  const make = () => callerOf(restricted, user).project.create({ name: "Mine" });
  await expect(make()).rejects.toMatchObject({ code: "FORBIDDEN" });
  await makeInstallationAdmin(ctx, { email: user.email });
  const { id } = await make();
  await make();
  await expect(make()).rejects.toMatchObject({ code: "CONFLICT" });
  await callerOf(ctx, user).project.remove({ projectId: id });
  await make();
});

test("keys and invitations come in pages, and older callers get the newest ones", async () => {
  const me = callerOf(ctx, user);
  const projectId = await ownProject();
  for (let n = 0; n < 5; n++) {
    await me.eventKey.create({ projectId, name: `Key ${n}` });
    await me.accessLink.invite({ projectId, email: `guest-${n}@example.com`, role: "viewer" });
    ctx.clock.advance(1_000);
  }
  for (const page of [me.eventKey.page, me.accessLink.pageInvitations]) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { items, nextCursor }: { items: { id: string }[]; nextCursor: string | null } = await page({
        projectId,
        limit: 2,
        cursor,
      });
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(5);
  }
  expect((await me.eventKey.list({ projectId })).map(({ name }) => name)).toEqual([
    "Key 4",
    "Key 3",
    "Key 2",
    "Key 1",
    "Key 0",
  ]);
  expect(await me.accessLink.listInvitations({ projectId })).toHaveLength(5);
});
