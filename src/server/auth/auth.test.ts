import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { useTestContext } from "@/test/use-test-context";
import { createUser, passwordFits } from "@/server/services/users";
import { createAuth, getSessionUser, type Auth } from "./auth";
import { handleAuth } from "./handler";

const PASSWORD = "correct horse battery";
const { ctx } = useTestContext();
let auth: Auth;

beforeAll(async () => {
  auth = createAuth({ db: ctx.db, env: ctx.env, secret: "a secret for tests only, long enough" });
});
beforeEach(
  async () =>
    void (await createUser(ctx.db, { name: "Ada", email: "ada@example.com", password: PASSWORD, now: ctx.now() })),
);
afterEach(async () => {
  await ctx.db.user.deleteMany();
  await ctx.db.rateLimit.deleteMany();
});

type Options = { ip?: string; headers?: Record<string, string> };
const post = (path: string, body: unknown, { ip = "192.0.2.1", headers = {} }: Options = {}) =>
  handleAuth(
    { auth, appUrl: ctx.env.appUrl },
    new Request(`http://localhost:3000/api/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "http://localhost:3000", "x-client-ip": ip, ...headers },
      body: JSON.stringify(body),
    }),
  );
const signIn = (email: string, password: string, options?: Options) =>
  post("/sign-in/email", { email, password }, options);
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

test("the right password starts a session in the database, by a cookie that scripts and other sites do not get; signing out ends it", async () => {
  const response = await signIn("Ada@example.com", PASSWORD);
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
  const secure = createAuth({
    db: ctx.db,
    env: { ...ctx.env, appUrl: "https://triggers.example.com" },
    secret: "a secret for tests only, long enough",
  });
  const response = await secure.api.signInEmail({
    body: { email: "ada@example.com", password: PASSWORD },
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

test("an email that is no text, or that the database cannot hold, is refused as bad input", async () => {
  for (const email of ["a\0@example.com", "\ud800@example.com", 5, null]) {
    expect([email, (await post("/sign-in/email", { email, password: PASSWORD })).status]).toEqual([email, 400]);
  }
});

test("the eleventh sign-in of a minute from one address is refused, whoever it is for", async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++)
    statuses.push((await signIn(`person-${n}@example.com`, "not the password", { ip: "192.0.2.7" })).status);
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  expect((await signIn("ada@example.com", PASSWORD, { ip: "192.0.2.8" })).status).toBe(200);
});

test("the eleventh sign-in for one email is refused from wherever it comes, also where nobody has that email", async () => {
  for (const email of ["ada@example.com", "nobody@example.com"]) {
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++)
      statuses.push((await signIn(email, "not the password", { ip: `198.51.100.${n}` })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  }
  const refused = await signIn("ada@example.com", PASSWORD, { ip: "203.0.113.1" });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.headers.getSetCookie()).toEqual([]);
});

test("nothing else of the sign-in library can be reached: no sign-up, no change of password, no listing", async () => {
  for (const path of [
    "/sign-up/email",
    "/change-password",
    "/update-user",
    "/delete-user",
    "/request-password-reset",
    "/sign-in/social",
  ]) {
    expect([path, (await post(path, { email: "eve@example.com", password: PASSWORD, name: "Eve" })).status]).toEqual([
      path,
      404,
    ]);
  }
  const listed = await handleAuth(
    { auth, appUrl: ctx.env.appUrl },
    new Request("http://localhost:3000/api/auth/list-sessions"),
  );
  expect(listed.status).toBe(404);
  await expect(
    auth.api.signUpEmail({ body: { email: "eve@example.com", password: PASSWORD, name: "Eve" } }),
  ).rejects.toThrow();
  expect(await ctx.db.user.count()).toBe(1);
});

test("a body beyond 16 KiB and a sign-in from another site are refused", async () => {
  expect((await signIn("ada@example.com", "x".repeat(17_000))).status).toBe(413);
  const foreign = await signIn("ada@example.com", PASSWORD, { headers: { origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
  const asForm = await signIn("ada@example.com", PASSWORD, {
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(asForm.status).toBe(415);
  const user = await ctx.db.user.findFirstOrThrow();
  expect(await passwordFits(ctx.db, user.id, PASSWORD)).toBe(true);
  expect(await ctx.db.session.count()).toBe(0);
});
