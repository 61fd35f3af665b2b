import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { getTestPasswordHash, TEST_PASSWORD } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createUser, isPasswordOfUser } from "@/server/services/users";
import { makeProject } from "@/test/factories";
import { createBodyBudgets } from "@/server/body-budgets";
import { sha256 } from "@/server/crypto";
import { listAuditOutsideProjects } from "@/server/services/list-audit-outside-projects";
import { listAudit } from "@/server/services/list-audit";
import { auditFailedSignIn } from "@/server/services/account-audit";
import { beginPasswordAttempt } from "@/server/services/password-attempts";
import { makeSystemProjectContext } from "@/server/services/access";
import { createBetterAuth, getSessionUser, type BetterAuthInstance } from "./auth";
import { handleAuthRequest } from "./handle-auth-request";
import { createKnownBrowserCookie, type KnownBrowserCookie } from "./known-browser-cookie";

const { ctx } = useTestContext();
let auth: BetterAuthInstance;
let knownBrowsers: KnownBrowserCookie;

beforeAll(async () => {
  const secret = "a secret for tests only, long enough";
  auth = createBetterAuth({ db: ctx.db, env: ctx.env, secret });
  knownBrowsers = createKnownBrowserCookie({ secret, secure: false, now: ctx.now });
});
beforeEach(async () => {
  const passwordHash = await getTestPasswordHash();
  await createUser(ctx.db, { name: "Ada", email: "ada@example.com", passwordHash, now: ctx.now() });
});
afterEach(async () => {
  await ctx.db.user.deleteMany();
  await ctx.db.rateLimit.deleteMany();
});

type Options = { ip?: string; headers?: Record<string, string> };
const waits: number[] = [];
const sleep = async (ms: number): Promise<void> => void waits.push(ms);
const deps = () => ({ base: ctx, auth, oidcSignIn: null, knownBrowsers, bodies: createBodyBudgets(), sleep });
const post = (path: string, body: unknown, options?: Options) => postText(path, JSON.stringify(body), options);
const postText = (path: string, body: string, { ip = "192.0.2.1", headers = {} }: Options = {}) =>
  handleAuthRequest(
    deps(),
    new Request(`http://localhost:3000/api/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "http://localhost:3000", "x-client-ip": ip, ...headers },
      body,
    }),
  );
const signIn = (email: string, password: string, options?: Options) =>
  post("/sign-in/email", { email, password }, options);
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

test("the right password starts a session by an HttpOnly, SameSite cookie; signing out ends it", async () => {
  const response = await signIn("Ada@example.com", TEST_PASSWORD);
  expect(response.status).toBe(200);
  expect(response.headers.getSetCookie()[0]).toMatch(/HttpOnly/i);
  expect(response.headers.getSetCookie()[0]).toMatch(/SameSite=Lax/i);
  expect(response.headers.getSetCookie()[0]).not.toMatch(/Secure/i);
  const cookie = cookieOf(response);
  expect(await getSessionUser(auth, new Headers({ cookie }))).toMatchObject({ name: "Ada", email: "ada@example.com" });

  expect((await post("/sign-out", {}, { headers: { cookie } })).status).toBe(200);
  expect(await getSessionUser(auth, new Headers({ cookie }))).toBeNull();
  expect(await ctx.db.session.count()).toBe(0);
});

test("an https address makes the cookie secure", async () => {
  const secure = createBetterAuth({
    db: ctx.db,
    env: { ...ctx.env, appUrl: "https://triggers.example.com" },
    secret: "a secret for tests only, long enough",
  });
  const response = await secure.api.signInEmail({
    body: { email: "ada@example.com", password: TEST_PASSWORD },
    asResponse: true,
  });
  expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-.*; Secure/i);
});

test("a wrong password and an unknown email get the same answer", async () => {
  const [wrong, unknown] = [
    await signIn("ada@example.com", "not the password"),
    await signIn("nobody@example.com", "not the password"),
  ];
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(await wrong.text()).toBe(await unknown.text());
  expect(
    await getSessionUser(auth, new Headers({ cookie: "trigger-system.session_token=forged.signature" })),
  ).toBeNull();
});

test("an email that is not a text, or that the database cannot store, is refused as bad input", async () => {
  for (const email of ["a\0@example.com", "\ud800@example.com", 5, null]) {
    expect([email, (await post("/sign-in/email", { email, password: TEST_PASSWORD })).status]).toEqual([email, 400]);
  }
});

/** Signs in with wrong passwords until one attempt is refused. Returns the number of attempts before it. */
async function guess(emailOf: (n: number) => string, ipOf: (n: number) => string, max: number): Promise<number> {
  for (let n = 0; n < max; n++) {
    const { status } = await signIn(emailOf(n), "not the password", { ip: ipOf(n) });
    if (status === 429) return n;
    expect(status).toBe(401);
  }
  return max;
}

test("one email from one address is refused after ten wrong passwords, but not from elsewhere", async () => {
  expect(
    await guess(
      () => "ada@example.com",
      () => "192.0.2.7",
      12,
    ),
  ).toBe(10);
  const refused = await signIn("ada@example.com", TEST_PASSWORD, { ip: "192.0.2.7" });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.headers.getSetCookie()).toEqual([]);
  expect((await signIn("ada@example.com", TEST_PASSWORD, { ip: "192.0.2.8" })).status).toBe(200);
});

test("no form of a body gets around the limit of wrong passwords", async () => {
  const forms: Record<string, (json: string) => string> = {
    "a byte order mark": (json) => `\ufeff${json}`,
    "spaces around it": (json) => `\r\n\t ${json}\n`,
    "an escape in a name": (json) => json.replace("email", String.raw`\u0065mail`),
    "two emails": (json) => json.replace("{", '{"email":"nobody@example.com",'),
  };
  for (let n = 0; n < 10; n++)
    await beginPasswordAttempt(ctx, { email: "ada@example.com", address: "192.0.2.1", browser: null }, sleep);
  const right = JSON.stringify({ email: "ada@example.com", password: TEST_PASSWORD });
  for (const [form, write] of Object.entries(forms))
    expect([form, (await postText("/sign-in/email", write(right))).ok]).toEqual([form, false]);
});

test("one address, or one IPv6 network, is refused after thirty wrong passwords for any emails", async () => {
  const tryFrom = (n: number, address: string) =>
    beginPasswordAttempt(ctx, { email: `person-${n}@example.com`, address, browser: null }, sleep);
  for (let n = 0; n < 30; n++) {
    await tryFrom(n, "192.0.2.7");
    await tryFrom(n, `2001:db8:0:1::${n.toString(16)}`);
  }
  await expect(tryFrom(30, "192.0.2.7")).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  expect((await signIn("ada@example.com", TEST_PASSWORD, { ip: "2001:db8:0:1::ffff" })).status).toBe(429);
  expect((await signIn("ada@example.com", TEST_PASSWORD, { ip: "2001:db8:0:2::1" })).status).toBe(200);
});

test("wrong passwords from everywhere slow but never refuse an email, and slow no known browser", async () => {
  const known = cookieOf(await signIn("ada@example.com", TEST_PASSWORD));
  for (const email of ["ada@example.com", "nobody@example.com"])
    expect(
      await guess(
        () => email,
        (n) => `198.51.100.${n}`,
        13,
      ),
    ).toBe(13);

  waits.length = 0;
  expect((await signIn("ada@example.com", TEST_PASSWORD, { ip: "203.0.113.1" })).status).toBe(200);
  expect(waits).toEqual([1_000]);
  expect((await signIn("ada@example.com", TEST_PASSWORD, { headers: { cookie: known } })).status).toBe(200);
  expect(waits).toEqual([1_000]);
});

test("a browser is known for one email only, is refused after ten wrong passwords, and cannot be forged", async () => {
  const cookie = cookieOf(await signIn("ada@example.com", TEST_PASSWORD));
  const read = (text: string, email: string) => knownBrowsers.read(new Headers({ cookie: text }), email);
  expect(read(cookie, "Ada@example.com")).toMatch(/^[\w-]+$/);
  expect(read(cookie, "eve@example.com")).toBeNull();
  expect(read(cookie.replace(/known_browser_(\w+)=./, "known_browser_$1=0"), "ada@example.com")).toBeNull();
  const guesses: number[] = [];
  for (let n = 0; n < 11; n++)
    guesses.push((await signIn("ada@example.com", "no", { ip: `192.0.2.${n}`, headers: { cookie } })).status);
  expect(guesses).toEqual([...Array<number>(10).fill(401), 429]);
  expect((await signIn("ada@example.com", TEST_PASSWORD, { ip: "192.0.2.99" })).status).toBe(200);
});

test("right passwords do not count, so an office behind one address can sign in", async () => {
  for (let n = 0; n < 31; n++) expect((await signIn("ada@example.com", TEST_PASSWORD)).status).toBe(200);
});

test("the database has only a hash of a session's token, and the hash signs nobody in", async () => {
  const cookie = cookieOf(await signIn("ada@example.com", TEST_PASSWORD));
  const token = decodeURIComponent(/session_token=([^;]+)/.exec(cookie)![1]!).split(".")[0]!;
  const session = await ctx.db.session.findFirstOrThrow();
  expect(session.token).toBe(sha256(token));
  expect(await getSessionUser(auth, new Headers({ cookie }))).toMatchObject({ email: "ada@example.com" });
  const forged = cookie.replace(token, session.token);
  expect(await getSessionUser(auth, new Headers({ cookie: forged }))).toBeNull();
});

test("the audit logs of all the person's projects, and no others, have sign-ins, failures and sign-outs", async () => {
  const user = await ctx.db.user.findFirstOrThrow();
  const own = await makeProject(ctx, { memberships: { create: { userId: user.id, role: "owner" } } });
  const other = await makeProject(ctx);
  await ctx.db.auditLog.deleteMany();
  await signIn("ada@example.com", "not the password");
  await signIn("nobody@example.com", "not the password");
  const cookie = cookieOf(await signIn("ada@example.com", TEST_PASSWORD));
  await post("/sign-out", {}, { headers: { cookie } });
  const actions = async (id: string) =>
    (await listAudit(makeSystemProjectContext(ctx, id), {})).items.map(({ action }) => action).sort();
  expect(await actions(own.id)).toEqual(["account.signIn", "account.signInFailed", "account.signOut"]);
  expect(await actions(other.id)).toEqual([]);
  expect((await listAuditOutsideProjects(ctx, {})).items).toHaveLength(4);
  expect(JSON.stringify(await ctx.db.auditLog.findMany())).not.toContain(TEST_PASSWORD);
});

test("guessed passwords cannot fill the audit log", async () => {
  for (let n = 0; n < 25; n++) await auditFailedSignIn(ctx, { email: "ada@example.com", address: `198.51.100.${n}` });
  const user = await ctx.db.user.findFirstOrThrow();
  expect(await ctx.db.auditLog.count({ where: { targetId: user.id } })).toBe(20);
});

test("no other path of the sign-in library is reachable: no sign-up, no change of password, no listing", async () => {
  for (const path of [
    "/sign-up/email",
    "/change-password",
    "/update-user",
    "/delete-user",
    "/request-password-reset",
    "/sign-in/social",
  ]) {
    expect([
      path,
      (await post(path, { email: "eve@example.com", password: TEST_PASSWORD, name: "Eve" })).status,
    ]).toEqual([path, 404]);
  }
  const listed = await handleAuthRequest(deps(), new Request("http://localhost:3000/api/auth/list-sessions"));
  expect(listed.status).toBe(404);
  await expect(
    auth.api.signUpEmail({ body: { email: "eve@example.com", password: TEST_PASSWORD, name: "Eve" } }),
  ).rejects.toThrow();
  expect(await ctx.db.user.count()).toBe(1);
});

test("a body beyond 16 KiB and a sign-in from another site are refused", async () => {
  expect((await signIn("ada@example.com", "x".repeat(17_000))).status).toBe(413);
  const foreign = await signIn("ada@example.com", TEST_PASSWORD, { headers: { origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
  const asForm = await signIn("ada@example.com", TEST_PASSWORD, {
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(asForm.status).toBe(415);
  const user = await ctx.db.user.findFirstOrThrow();
  expect(await isPasswordOfUser(ctx.db, user.id, TEST_PASSWORD)).toBe(true);
  expect(await ctx.db.session.count()).toBe(0);
});
