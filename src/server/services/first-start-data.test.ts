import { afterEach, expect, test } from "vitest";
import { useTestContext } from "@/test/use-test-context";
import { createCipher } from "@/server/crypto";
import { authenticateEventKey } from "./event-keys/authenticate-event-key";
import { makeFirstStartData } from "./first-start-data";
import { checkEncryptionKey, getInstanceSecret } from "./instance-secrets";
import { isPasswordOfUser } from "./users";

const { ctx } = useTestContext();

afterEach(async () => {
  await ctx.db.user.deleteMany();
  await ctx.db.project.deleteMany();
});

const deps = (env: { adminPassword?: string; demoEventKey?: string } = {}) => ({
  db: ctx.db,
  env: { adminEmail: "Admin@Example.com", adminPassword: env.adminPassword, demoEventKey: env.demoEventKey },
  now: ctx.now,
  log: ctx.log,
});

test("the first start makes an admin and a demo project with a key; the second changes nothing", async () => {
  const first = await makeFirstStartData(deps());
  expect(first.admin?.email).toBe("admin@example.com");
  expect(first.admin?.password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  const user = await ctx.db.user.findFirstOrThrow({ include: { memberships: true } });
  expect(user.memberships).toMatchObject([{ projectId: first.projectId, role: "owner" }]);
  expect(await isPasswordOfUser(ctx.db, user.id, first.admin!.password!)).toBe(true);
  expect(await authenticateEventKey(ctx, first.eventKey!)).toMatchObject({ projectId: first.projectId });

  expect(await makeFirstStartData(deps())).toEqual({ projectId: first.projectId });
  expect([await ctx.db.user.count(), await ctx.db.project.count(), await ctx.db.eventKey.count()]).toEqual([1, 1, 1]);
});

test("five first starts at once make one of each, and one of them returns the secrets", async () => {
  const results = await Promise.all(Array.from({ length: 5 }, () => makeFirstStartData(deps())));
  expect(results.filter(({ admin }) => admin)).toHaveLength(1);
  expect(results.filter(({ eventKey }) => eventKey)).toHaveLength(1);
  expect(new Set(results.map(({ projectId }) => projectId)).size).toBe(1);
  expect([await ctx.db.user.count(), await ctx.db.project.count(), await ctx.db.eventKey.count()]).toEqual([1, 1, 1]);
});

test("a password and a key from the environment are used, and a key that is set later is added", async () => {
  const first = await makeFirstStartData(deps({ adminPassword: "correct horse battery" }));
  expect(first.admin).toEqual({ email: "admin@example.com", password: null });
  const second = await makeFirstStartData(deps({ demoEventKey: "tsk_given-by-the-environment" }));
  // The operator knows a key from the environment, so it is not printed.
  expect(second).toEqual({ projectId: first.projectId });
  expect(await makeFirstStartData(deps({ demoEventKey: "tsk_given-by-the-environment" }))).toEqual({
    projectId: first.projectId,
  });
  expect(await authenticateEventKey(ctx, "tsk_given-by-the-environment")).toMatchObject({ projectId: first.projectId });
});

test("a demo project that was deleted does not come back", async () => {
  const { projectId } = await makeFirstStartData(deps());
  await ctx.db.project.update({ where: { id: projectId! }, data: { deletedAt: ctx.now() } });
  expect(await makeFirstStartData(deps())).toEqual({ projectId: null });
});

test("a secret of the installation is the same at every call, and is not stored in the clear", async () => {
  const secrets = await Promise.all(Array.from({ length: 5 }, () => getInstanceSecret(ctx, "sessions")));
  expect(new Set(secrets).size).toBe(1);
  expect(Buffer.from(secrets[0]!, "base64url")).toHaveLength(32);
  const row = await ctx.db.instanceSecret.findUniqueOrThrow({ where: { name: "sessions" } });
  expect(row.ciphertext).not.toContain(secrets[0]);
});

test("an encryption key that does not fit the database fails with one line", async () => {
  await checkEncryptionKey(ctx);
  await checkEncryptionKey(ctx);
  const other = createCipher(["another key that is long enough for this"]);
  await expect(checkEncryptionKey({ ...ctx, cipher: other })).rejects.toThrow(/^ENCRYPTION_KEY is not the key/);
});
