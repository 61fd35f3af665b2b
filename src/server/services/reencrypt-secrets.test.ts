import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { createCipher, readEncryptionKeyId } from "@/server/crypto";
import { makeAction, makeProject } from "@/test/factories";
import { findText } from "@/test/find-text";
import { makeUser } from "@/test/people";
import { makeToken } from "@/test/rest";
import { newId } from "@/server/ids";
import { useTestContext } from "@/test/use-test-context";
import { eventually } from "@/test/eventually";
import { makeSystemProjectContext } from "./access";
import { setActionEnabled } from "./actions/set-action-enabled";
import { updateAction } from "./actions/update-action";
import { checkEncryptionKey, getInstanceSecret } from "./instance-secrets";
import { reencryptSecrets } from "./reencrypt-secrets";

const newKey = () => randomBytes(32).toString("base64");
const [keyA, keyB] = [newKey(), newKey()];
const [onlyA, both, onlyB] = [createCipher([keyA]), createCipher([keyB, keyA]), createCipher([keyB])];
const HEADER = "Bearer only-for-the-receiver";

const { ctx, database } = useTestContext({ allowedHosts: ["127.0.0.1:9"] });

beforeEach(async () => {
  await database.db.$executeRaw`TRUNCATE project, instance_secret, action_configuration CASCADE`;
  ctx.cipher = onlyA;
});

/** One value of every encrypted kind, encrypted with the context's cipher. */
async function furnish() {
  const projectId = (await makeProject(ctx)).id;
  const { id: actionId, secret } = await makeAction(ctx, projectId, "http://127.0.0.1:9/hook", {
    headers: [
      { name: "authorization", value: HEADER, secret: true },
      { name: "x-plain", value: "plain", secret: false },
    ],
  });
  const webhook = {
    projectId,
    url: "https://example.com",
    urlCiphertext: ctx.cipher.encrypt("https://example.com"),
    ciphertext: ctx.cipher.encrypt("operational"),
    oldCiphertext: ctx.cipher.encrypt("operational before"),
    last4: "onal",
  };
  await ctx.db.operationalWebhook.create({ data: webhook });
  const { id: tokenId } = await makeToken(ctx, { userId: (await makeUser(ctx)).id, projectId });
  const answer = { tokenId, key: "key", fingerprint: "", status: 201, ciphertext: ctx.cipher.encrypt("answer") };
  await ctx.db.apiRequest.create({ data: { ...answer, createdAt: ctx.now() } });
  await ctx.db.redaction.create({ data: { projectId, rules: [], saltCiphertext: ctx.cipher.encrypt("salt") } });
  const email = { id: newId("eml"), recipient: "ann@example.com", ciphertext: ctx.cipher.encrypt("email") };
  await ctx.db.email.deleteMany();
  await ctx.db.email.create({ data: { ...email, dueAt: ctx.now() } });
  await checkEncryptionKey(ctx);
  const sessions = await getInstanceSecret(ctx, "sessions");
  return { projectId, actionId, secret, sessions };
}
const headersOf = async (id: string) => {
  const { configuration } = await ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id } });
  return (configuration as { headers: { name: string; value?: string; ciphertext?: string }[] }).headers;
};

test("after a run with new,old, the new key alone reads every value", async () => {
  const { projectId, actionId, secret, sessions } = await furnish();
  await setActionEnabled(makeSystemProjectContext(ctx, projectId), { actionId, enabled: false });
  expect(await findText(database.connectionString, onlyA.keyId)).toHaveLength(10);
  const { changed } = await reencryptSecrets({ db: ctx.db, cipher: both });
  expect(changed).toEqual({
    "keys of this installation": 2,
    "signing secrets": 1,
    "URLs and secret headers": 1,
    "URLs of former versions": 1,
    "URLs of operational webhooks": 1,
    "stored answers of the API": 1,
    "emails to send": 1,
    "operational webhooks": 1,
    "former secrets of operational webhooks": 1,
    "salts of redaction rules": 1,
  });

  expect(await findText(database.connectionString, onlyA.keyId)).toEqual([]);
  ctx.cipher = onlyB;
  await checkEncryptionKey(ctx);
  expect(await getInstanceSecret(ctx, "sessions")).toBe(sessions);
  expect(onlyB.decrypt((await ctx.db.actionSecret.findFirstOrThrow({ where: { actionId } })).ciphertext)).toBe(secret);
  const [authorization, plain] = await headersOf(actionId);
  expect(onlyB.decrypt(authorization!.ciphertext!)).toBe(HEADER);
  expect(plain).toMatchObject({ name: "x-plain", value: "plain" });
  const webhook = await ctx.db.operationalWebhook.findUniqueOrThrow({ where: { projectId } });
  expect([webhook.urlCiphertext, webhook.ciphertext, webhook.oldCiphertext!].map(onlyB.decrypt)).toEqual([
    "https://example.com",
    "operational",
    "operational before",
  ]);
});

test("a second run changes nothing", async () => {
  await furnish();
  await reencryptSecrets({ db: ctx.db, cipher: both });
  const values = () =>
    Promise.all([
      ctx.db.instanceSecret.findMany(),
      ctx.db.actionSecret.findMany(),
      ctx.db.actionConfiguration.findMany(),
      ctx.db.operationalWebhook.findMany(),
      ctx.db.project.findMany(),
    ]);
  const before = await values();
  const { seen, changed } = await reencryptSecrets({ db: ctx.db, cipher: both });
  expect(Object.values(changed)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(Object.values(seen)).toEqual([2, 1, 2, 1, 1, 1, 1, 1, 1, 1]);
  expect(await values()).toEqual(before);
});

test("more rows than one chunk are all encrypted again", async () => {
  const { actionId } = await furnish();
  const rows = Array.from({ length: 450 }, (_, index) => ({
    id: `sec_many_${String(index).padStart(3, "0")}`,
    actionId,
    ciphertext: onlyA.encrypt(`secret ${index}`),
    last4: "1234",
  }));
  await ctx.db.actionSecret.createMany({ data: rows });
  expect((await reencryptSecrets({ db: ctx.db, cipher: both })).changed["signing secrets"]).toBe(451);
  const stored = await ctx.db.actionSecret.findMany({
    where: { id: { startsWith: "sec_many_" } },
    orderBy: { id: "asc" },
  });
  expect(stored.map(({ ciphertext }) => onlyB.decrypt(ciphertext))).toEqual(rows.map((_, index) => `secret ${index}`));
});

test("an error names an unreadable value with its key, and readable values are encrypted again", async () => {
  const { actionId } = await furnish();
  const lost = createCipher([newKey()]);
  await ctx.db.actionSecret.create({
    data: { id: "sec_lost", actionId, ciphertext: lost.encrypt("lost"), last4: "lost" },
  });
  const configuration = {
    headers: [
      { name: "a", value: "b" },
      { name: "x-lost", secret: true, ciphertext: lost.encrypt("lost"), last4: "" },
    ],
  };
  const other = await makeAction(ctx, (await makeProject(ctx)).id, "https://example.com");
  await ctx.db.actionConfiguration.update({ where: { id: other.id }, data: { configuration } });
  const message = await reencryptSecrets({ db: ctx.db, cipher: both }).catch((error: Error) => error.message);
  expect(message).toContain("ENCRYPTION_KEY holds no key that reads these secrets:");
  expect(message).toContain(`the signing secret sec_lost (key ${lost.keyId})`);
  expect(message).toContain(`the configuration of the action ${other.id}, at headers.1 (key ${lost.keyId})`);
  expect(message).toContain("Take no key out yet.");
  expect(await findText(database.connectionString, onlyA.keyId)).toEqual([]);
  expect(lost.decrypt((await ctx.db.actionSecret.findUniqueOrThrow({ where: { id: "sec_lost" } })).ciphertext)).toBe(
    "lost",
  );
});

test("an error names a damaged value as unreadable", async () => {
  await furnish();
  const damaged = onlyA.encrypt("whole").slice(0, -4) + "AAAA";
  await ctx.db.instanceSecret.create({ data: { name: "damaged", ciphertext: damaged } });
  await expect(reencryptSecrets({ db: ctx.db, cipher: both })).rejects.toThrow(
    `the installation's key damaged (key ${onlyA.keyId})`,
  );
});

test("a change while it runs is kept, and is encrypted with the new key too", async () => {
  const { actionId } = await furnish();
  let running: Promise<unknown> | undefined;
  await ctx.db.$transaction(async (tx) => {
    await tx.$executeRaw`
      UPDATE action_secret SET ciphertext = ${onlyA.encrypt("changed meanwhile")} WHERE action_id = ${actionId}`;
    running = reencryptSecrets({ db: ctx.db, cipher: both });
    await eventually(async () => {
      const [row] = await ctx.db.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM pg_locks WHERE NOT granted`;
      expect(Number(row!.n)).toBeGreaterThan(0);
    });
  });
  await running;
  const { ciphertext } = await ctx.db.actionSecret.findFirstOrThrow({ where: { actionId } });
  expect(onlyB.decrypt(ciphertext)).toBe("changed meanwhile");
});

test("an edit that read its secrets before their new encryption is refused", async () => {
  const { projectId, actionId } = await furnish();
  const project = { ...makeSystemProjectContext(ctx, projectId), cipher: both };
  // The change of the action asks the guard after it has read the action and before it writes it.
  const slow = {
    ...project,
    http: {
      ...ctx.http,
      check: async () => (await reencryptSecrets({ db: ctx.db, cipher: both }), { ok: true as const }),
    },
  };
  const action = {
    name: "Renamed",
    type: "webhook",
    configuration: { url: "http://127.0.0.1:9/hook", headers: [{ name: "authorization", secret: true }] },
  };
  await expect(updateAction(slow, { actionId, version: 1, action })).rejects.toMatchObject({ code: "CONFLICT" });
  await updateAction(project, { actionId, version: 1, action });
  const [authorization] = await headersOf(actionId);
  expect(readEncryptionKeyId(authorization!.ciphertext!)).toBe(onlyB.keyId);
});
