import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseEnv } from "@/env";
import { makeUserActor } from "@/domain/actor";
import type { Role } from "@/domain/access";
import type { OidcEnv } from "@/env/oidc";
import { createBodyBudgets } from "@/server/body-budgets";
import type { ServiceContext } from "@/server/context";
import { makeSystemProjectContext } from "@/server/services/access";
import { acceptInvitation } from "@/server/services/access-links/accept-invitation";
import { createInvitation } from "@/server/services/access-links/create-invitation";
import { createPasswordResetLinkByCommand } from "@/server/services/access-links/create-password-reset-link-by-command";
import { resetPassword } from "@/server/services/access-links/reset-password";
import { listAuditOutsideProjects } from "@/server/services/list-audit-outside-projects";
import { listAudit } from "@/server/services/list-audit";
import { authenticateToken } from "@/server/services/tokens/authenticate-token";
import { createPersonalToken } from "@/server/services/tokens/create-personal-token";
import { createUser } from "@/server/services/users";
import { makeProject } from "@/test/factories";
import { OIDC_CLIENT, startOidcProvider, type OidcPerson, type TestOidcProvider } from "@/test/oidc-provider";
import { getTestPasswordHash, TEST_PASSWORD } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createBetterAuth, getSessionUser } from "./auth";
import { handleAuthRequest } from "./handle-auth-request";
import { createKnownBrowserCookie } from "./known-browser-cookie";
import { createOidcSignIn } from "./oidc-sign-in";

const APP = "http://localhost:3000";
/** The page that people want to see: its observation has the id `a/b`. */
const PAGE = "/projects/prj_1/observations/a%2Fb?tab=[1]&q=%5C";
const secret = "a secret for tests only, long enough";
const { ctx } = useTestContext();
let provider: TestOidcProvider;
let projectId: string;
let otherId: string;

beforeAll(async () => {
  provider = await startOidcProvider(`${APP}/api/auth/callback/oidc`);
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.people.clear();
  projectId = (await makeProject(ctx)).id;
  otherId = (await makeProject(ctx)).id;
  return async () => {
    await ctx.db.user.deleteMany();
    await ctx.db.rateLimit.deleteMany();
  };
});

/** The program with this provider. */
function appWith(change: Partial<OidcEnv> = {}) {
  const oidc: OidcEnv = {
    ...OIDC_CLIENT,
    issuer: provider.issuer,
    name: "Example",
    scopes: ["openid", "email", "profile"],
    groupsClaim: "groups",
    memberships: [],
    allowedGroups: [],
    trustsEmail: false,
    isRequired: false,
    ...change,
  };
  const base: ServiceContext = { ...ctx, env: { ...ctx.env, appUrl: APP, oidc } };
  const input = { db: ctx.db, env: base.env, secret, now: ctx.now };
  const auth = createBetterAuth(input);
  const limits = { name: oidc.name, withinMs: 30_000 };
  const oidcSignIn = createOidcSignIn(() => createBetterAuth({ ...input, oidc }), limits);
  const knownBrowsers = createKnownBrowserCookie({ secret, secure: false, now: ctx.now });
  const deps = { base, auth, oidcSignIn, knownBrowsers, bodies: createBodyBudgets(), sleep: async () => undefined };
  const call = (path: string, init: RequestInit = {}) =>
    handleAuthRequest(deps, new Request(new URL(path, APP), { ...init, redirect: "manual" }));
  const post = (path: string, body: object, cookie = "") =>
    call(path, {
      method: "POST",
      headers: { "content-type": "application/json", origin: APP, "x-client-ip": "192.0.2.1", cookie },
      body: JSON.stringify(body),
    });
  return { base, auth, limits, call, post };
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

/** A person at the provider, and the page that they want to see. */
type Visitor = OidcPerson & { page?: string };

/** Goes to the provider and through its pages as a browser does. Returns the URL that leads back to the program. */
async function visitProvider(app: ReturnType<typeof appWith>, subject: string, { page = PAGE, ...person }: Visitor) {
  provider.people.set(subject, person);
  provider.signInAs(subject);
  const started = await app.post("/api/auth/sign-in/social", { callbackURL: page });
  expect(started.status, await started.clone().text()).toBe(200);
  let { url: location } = (await started.json()) as { url: string };
  const jar = new Map<string, string>();
  while (!location.startsWith(APP)) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const page = await fetch(location, { redirect: "manual", headers: { cookie } });
    for (const line of page.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      jar.set(name!, value!);
    }
    const next = page.headers.get("location");
    if (!next) throw new Error(`The provider answered ${page.status}: ${await page.text()}`);
    location = new URL(next, location).href;
  }
  return { callback: location, started };
}

/** Signs in as a browser does: to the provider, through its pages, and back. */
async function signIn(app: ReturnType<typeof appWith>, subject: string, person: Visitor) {
  const { callback, started } = await visitProvider(app, subject, person);
  const ended = await app.call(callback, { headers: { cookie: cookiesOf(started), "x-client-ip": "192.0.2.1" } });
  const cookie = cookiesOf(ended);
  const user = await getSessionUser(app.auth, new Headers({ cookie }));
  return { to: ended.headers.get("location"), user, callback, started, cookie };
}

const roles = async (userId: string): Promise<Record<string, Role>> =>
  Object.fromEntries(
    (await ctx.db.membership.findMany({ where: { userId } })).map((row) => [row.projectId, row.role as Role]),
  );
const ada: OidcPerson = { email: "Ada@example.com", email_verified: true, name: "Ada" };

test("the variables of docs/sso.md, with the issuer of a real provider, let a member of a group in", async () => {
  const block = /```sh\n(OIDC_[\s\S]+?)```/.exec(readFileSync("docs/sso.md", "utf8"))![1]!;
  const pairs = block.split("\n").flatMap((line) => {
    const [, name, value] = /^(OIDC_\w+)=(.+)$/.exec(line) ?? [];
    return name ? [[name, value!.replaceAll(/prj_\w+/g, projectId)] as const] : [];
  });
  const own = { OIDC_ISSUER: provider.issuer, OIDC_CLIENT_SECRET: OIDC_CLIENT.clientSecret };
  const parsed = parseEnv({ ...Object.fromEntries(pairs), ...own });
  if (!parsed.ok || !parsed.env.oidc) throw new Error(JSON.stringify(parsed));
  const { user } = await signIn(appWith(parsed.env.oidc), "sub-1", { ...ada, groups: ["platform"] });
  expect(await roles(user!.id)).toEqual({ [projectId]: "admin" });
});

test("a new person signs in with the provider, gets an account, and no token of the provider is stored", async () => {
  const app = appWith();
  const { to, user } = await signIn(app, "sub-1", ada);
  expect(new URL(to!, APP).searchParams.get("next")).toBe(PAGE);
  expect(user).toMatchObject({ name: "Ada", email: "ada@example.com", id: expect.stringMatching(/^usr_/) });
  expect(await ctx.db.account.findMany()).toMatchObject([
    { providerId: "oidc", accountId: "sub-1", accessToken: null, refreshToken: null, idToken: null, password: null },
  ]);
  const { items } = await listAuditOutsideProjects(ctx, {});
  expect(items[0]).toMatchObject({
    targetId: user!.id,
    summary: "Signed in with Example from 192.0.2.1.",
  });
});

test("the way to a page with a long query leads to the page without it, and fits into a cookie", async () => {
  const app = appWith();
  const path = "/projects/prj_1/executions";
  for (const [query, next] of [
    ["?a=b", `${path}?a=b`],
    [`?filter=${"[{}]".repeat(1_000)}`, path],
  ] as const) {
    const { to, user, started } = await signIn(app, "sub-1", { ...ada, page: path + query });
    expect(user).not.toBeNull();
    expect(new URL(to!, APP).searchParams.get("next")).toBe(next);
    for (const cookie of started.headers.getSetCookie()) expect(cookie.length).toBeLessThanOrEqual(4_096);
  }
});

test("the subject stays the person when the email changes, and a used callback starts no second session", async () => {
  const app = appWith();
  const first = await signIn(app, "sub-1", ada);
  const again = await app.call(first.callback, { headers: { cookie: cookiesOf(first.started) } });
  expect(await getSessionUser(app.auth, new Headers({ cookie: cookiesOf(again) }))).toBeNull();
  const second = await signIn(app, "sub-1", { ...ada, email: "lovelace@example.com" });
  expect(second.user).toMatchObject({ id: first.user!.id });
});

test("an account that was there is linked by its verified email; an unverified one gets nobody in", async () => {
  const { id } = await createUser(ctx.db, {
    name: "Ada",
    email: "ada@example.com",
    passwordHash: await getTestPasswordHash(),
    now: ctx.now(),
  });
  for (const email_verified of [false, undefined]) {
    const { to, user } = await signIn(appWith(), "sub-1", {
      email: ada.email,
      ...(email_verified === undefined ? {} : { email_verified }),
    });
    expect([to, user]).toEqual([expect.stringMatching(/^\/sign-in\?error=/), null]);
    const stranger = await signIn(appWith(), "sub-2", {
      email: "new@example.com",
      ...(email_verified === undefined ? {} : { email_verified }),
    });
    expect([stranger.to, stranger.user]).toEqual([expect.stringContaining("error=email_not_verified"), null]);
  }
  const ownClaim = { ...ada, email_verified: false, emailVerified: true };
  expect((await signIn(appWith(), "sub-1", ownClaim)).user).toBeNull();
  expect((await signIn(appWith(), "sub-1", ada)).user).toMatchObject({ id });
  expect((await signIn(appWith({ trustsEmail: true }), "sub-3", { email: "grace@example.com" })).user).toMatchObject({
    name: "grace@example.com",
  });
});

test("a name of the provider is cut and cleaned, and an email that is none gets nobody in", async () => {
  const { user } = await signIn(appWith(), "sub-1", { ...ada, name: `A\0da\r\nLovelace ${"x".repeat(300)}` });
  expect(user!.name).toMatch(/^A da {2}Lovelace x{85}$/);
  const { to } = await signIn(appWith(), "sub-2", { ...ada, email: "ada@example.com, eve@example.com" });
  expect(to).toContain("error=email_not_valid");
});

test("the first sign-in ends the password, sessions and tokens of whoever made the account before", async () => {
  const app = appWith();
  const password = "a password of Eve's choice";
  const eve = { name: "Eve", email: "eve@example.com", passwordHash: await getTestPasswordHash() };
  const inviter = await createUser(ctx.db, { ...eve, now: ctx.now() });
  await ctx.db.membership.create({ data: { projectId: otherId, userId: inviter.id, role: "owner" } });
  const actor = makeUserActor(inviter);
  const project = { ...ctx, actor, projectId: otherId, role: "owner" as const, viewersSeeBodies: true };
  const { link } = await createInvitation(project, { email: "ada@example.com", role: "viewer" });
  const token = link.split("/").at(-1)!;
  await acceptInvitation(ctx, null, { token, name: "Ada", password, address: "192.0.2.6" });
  const enter = () => app.post("/api/auth/sign-in/email", { email: "ada@example.com", password });
  const cookie = cookiesOf(await enter());
  const entered = (await getSessionUser(app.auth, new Headers({ cookie })))!;
  const personal = await createPersonalToken(ctx, entered, { name: "kept", scopes: ["read"], expiresInDays: null });

  const { user } = await signIn(app, "sub-1", ada);
  expect(user).toMatchObject({ id: entered.id });
  expect(await getSessionUser(app.auth, new Headers({ cookie }))).toBeNull();
  expect((await enter()).status).toBe(401);
  await expect(authenticateToken(ctx, personal.token)).rejects.toMatchObject({ reason: "revoked_token" });
  expect((await listAuditOutsideProjects(ctx, {})).items.map(({ action }) => action)).toContain("account.linkSso");

  const again = await signIn(app, "sub-1", ada);
  expect(again.user).toMatchObject({ id: entered.id });
  expect(await getSessionUser(app.auth, new Headers({ cookie: again.cookie }))).not.toBeNull();
});

describe("groups", () => {
  const rules = () => [
    { group: "support", projectId, role: "viewer" as const },
    { group: "platform", projectId, role: "admin" as const },
    { group: "platform", projectId: "prj_gone", role: "admin" as const },
  ];

  test("give the highest of their roles at each sign-in, and take it away; other projects stay", async () => {
    const app = appWith({ memberships: rules() });
    const { user } = await signIn(app, "sub-1", { ...ada, groups: ["support", "platform", "others"] });
    const userId = user!.id;
    await ctx.db.membership.create({ data: { projectId: otherId, userId, role: "member" } });
    expect(await roles(userId)).toEqual({ [projectId]: "admin", [otherId]: "member" });
    await signIn(app, "sub-1", { ...ada, groups: ["support"] });
    expect(await roles(userId)).toEqual({ [projectId]: "viewer", [otherId]: "member" });
    await signIn(app, "sub-1", ada);
    expect(await roles(userId)).toEqual({ [otherId]: "member" });
    const { items } = await listAudit(makeSystemProjectContext(ctx, projectId), {});
    expect(items.filter(({ action }) => action === "member.setRole").map(({ summary }) => summary)).toEqual([
      "ada@example.com: viewer → no member, by the groups of single sign-on",
      "ada@example.com: admin → viewer, by the groups of single sign-on",
      "ada@example.com: no member → admin, by the groups of single sign-on",
    ]);
  });

  test("never take the last owner away", async () => {
    const app = appWith({ memberships: rules() });
    const { user } = await signIn(app, "sub-1", ada);
    await ctx.db.membership.create({ data: { projectId, userId: user!.id, role: "owner" } });
    await signIn(app, "sub-1", { ...ada, groups: ["support"] });
    expect(await roles(user!.id)).toEqual({ [projectId]: "owner" });
  });

  test("of which one is demanded keep everybody else out, without an account", async () => {
    const app = appWith({ allowedGroups: ["platform"] });
    const { to, user } = await signIn(app, "sub-1", { ...ada, groups: ["support"] });
    expect([to, user]).toEqual([expect.stringContaining("error=group_not_allowed"), null]);
    expect(await ctx.db.user.count()).toBe(0);
    expect((await signIn(app, "sub-1", { ...ada, groups: ["platform"] })).user).not.toBeNull();
    expect((await signIn(app, "sub-1", { ...ada, groups: [] })).user).toBeNull();
  });
});

describe("where single sign-on is required", () => {
  const admin = { name: "Root", email: "root@example.com", isInstallationAdmin: true };
  const withPassword = (app: ReturnType<typeof appWith>, email: string, given = TEST_PASSWORD) =>
    app.post("/api/auth/sign-in/email", { email, password: given });

  test("nobody signs in with a password, and the answer names the provider", async () => {
    const app = appWith({ isRequired: true });
    await createUser(ctx.db, { ...admin, passwordHash: await getTestPasswordHash(), now: ctx.now() });
    const answer = await withPassword(app, admin.email);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining("signs in with Example") });
    expect((await withPassword(appWith(), admin.email)).status).toBe(200);
  });

  test("a command's link lets an admin of the installation in for an hour, and nobody else", async () => {
    const app = appWith({ isRequired: true });
    await createUser(ctx.db, { ...admin, passwordHash: await getTestPasswordHash(), now: ctx.now() });
    const member = { name: "Ada", email: "ada@example.com" };
    await createUser(ctx.db, { ...member, passwordHash: await getTestPasswordHash(), now: ctx.now() });
    for (const { email } of [admin, member]) {
      const { link } = await createPasswordResetLinkByCommand(app.base, { email });
      await resetPassword(app.base, { token: link.split("/").at(-1)!, password: "a new password of theirs" });
    }
    expect((await withPassword(app, admin.email, "a new password of theirs")).status).toBe(200);
    expect((await withPassword(app, member.email, "a new password of theirs")).status).toBe(403);
    ctx.clock.advance(61 * 60_000);
    expect((await withPassword(app, admin.email, "a new password of theirs")).status).toBe(403);
  });
});

test("while the provider is silent, sessions and passwords work, and a sign-in there ends with a reason", async () => {
  const app = appWith();
  const password = TEST_PASSWORD;
  const root = { name: "Root", email: "root@example.com", passwordHash: await getTestPasswordHash() };
  await createUser(ctx.db, { ...root, now: ctx.now() });
  const setSilent = (isSilent: boolean) => {
    provider.setSilent(isSilent);
    app.limits.withinMs = isSilent ? 300 : 30_000;
  };
  setSilent(true);
  const entered = await app.post("/api/auth/sign-in/email", { email: "root@example.com", password });
  expect(await getSessionUser(app.auth, new Headers({ cookie: cookiesOf(entered) }))).not.toBeNull();
  const refused = await app.post("/api/auth/sign-in/social", { callbackURL: "/projects" });
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { code: "REFUSED", message: "Example does not answer. Try again in a moment." },
  ]);
  setSilent(false);
  expect((await signIn(app, "sub-1", ada)).user).not.toBeNull();
  const { callback, started } = await visitProvider(app, "sub-1", ada);
  setSilent(true);
  const late = await app.call(callback, { headers: { cookie: cookiesOf(started), "x-client-ip": "192.0.2.1" } });
  setSilent(false);
  expect(late.headers.get("location")).toBe(`${APP}/sign-in?error=provider_silent`);
  expect(await getSessionUser(app.auth, new Headers({ cookie: cookiesOf(late) }))).toBeNull();
  expect((await signIn(app, "sub-1", ada)).user).not.toBeNull();
});

test("without a provider its paths do not exist, and an unknown provider or site is never the target", async () => {
  const { oidc: _oidc, ...env } = appWith().base.env;
  const plain = { ...ctx, env };
  const deps = {
    base: plain,
    auth: createBetterAuth({ db: ctx.db, env, secret }),
    oidcSignIn: null,
    knownBrowsers: createKnownBrowserCookie({ secret, secure: false, now: ctx.now }),
    bodies: createBodyBudgets(),
  };
  for (const [method, path] of [
    ["POST", "sign-in/social"],
    ["GET", "callback/oidc"],
  ] as const)
    expect((await handleAuthRequest(deps, new Request(`${APP}/api/auth/${path}`, { method }))).status).toBe(404);
  const app = appWith();
  expect((await app.call("/api/auth/callback/github?code=x&state=y")).status).toBe(404);
  provider.people.set("sub-1", ada);
  const started = await app.post("/api/auth/sign-in/social", {
    provider: "github",
    callbackURL: "https://evil.example",
  });
  expect(new URL(((await started.json()) as { url: string }).url).origin).toBe(provider.issuer);
});
