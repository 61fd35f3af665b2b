import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { createBetterAuth, getSessionUser } from "@/server/auth/auth";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { createUtcPool } from "@/server/db/utc-connection";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "@/server/db/embedded";
import type { PostgresBinaries } from "@/server/db/embedded/postgres-binaries";
import { applyMigrations } from "@/server/db/migrate";
import { createEngineTables } from "@/server/engine/backup-events";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import { makeSystemProjectContext } from "@/server/services/access";
import { setActionPaused } from "@/server/services/actions/set-action-paused";
import { listExecutions } from "@/server/services/executions/list-executions";
import { checkEncryptionKey, getInstanceSecret } from "@/server/services/instance-secrets";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { createUser } from "@/server/services/users";
import { createTestContext } from "@/test/context";
import { forkApp, killApp, urlOfApp } from "@/test/fork-app";
import { createTestDatabase } from "@/test/database";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { findOlderPostgres } from "@/test/older-postgres";
import { getTestPasswordHash, TEST_PASSWORD } from "@/test/people";
import { startReceiver, type Receiver } from "@/test/receiver";

const EMAIL = "ada@example.com";
let home: string;
let receiver: Receiver;
let folders = 0;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "backup-cli-test-"));
  chmodSync(home, 0o755);
  receiver = await startReceiver();
});
afterEach(() => receiver.clear());
afterAll(async () => {
  await receiver.close();
  rmSync(home, { recursive: true, force: true });
});

const newPath = (name: string): string => join(home, `${name}-${++folders}`);

async function run(command: "backup" | "restore" | "restore --paused", path: string, env: Record<string, string>) {
  const [name, ...options] = command.split(" ") as [string, ...string[]];
  const child = spawn(process.execPath, ["src/cli/run.mjs", name, path, ...options], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: "warn", ...env } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: output.trim() };
}

/** Makes an installation with an execution that waits, an accepted event that is not matched, and an account. */
async function makeInstallation(binaries?: PostgresBinaries) {
  const dataDir = newPath("original");
  const key = randomBytes(32).toString("base64");
  const postgres = await startEmbeddedPostgres({ dataDir, servePort: 4801, ...(binaries ? { binaries } : {}) });
  onTestFinished(postgres.stop);
  writeFileSync(join(dataDir, "encryption.key"), key, { mode: 0o600 });
  await applyMigrations(postgres.connectionString);
  const { secret, projectId } = await fill(postgres.connectionString, key);
  return { dataDir, key, postgres, secret, projectId };
}

async function fill(connectionString: string, key: string): Promise<{ secret: string; projectId: string }> {
  const db = createDatabase(connectionString, 2);
  const ctx = { ...createTestContext(db, { allowedHosts: [...receiver.allowedHosts] }), cipher: createCipher([key]) };
  await checkEncryptionKey(ctx);
  await getInstanceSecret(ctx, "sessions");
  await createUser(db, { name: "Ada", email: EMAIL, passwordHash: await getTestPasswordHash(), now: ctx.now() });
  const projectId = (await makeProject(ctx)).id;
  const { id, secret } = await makeAction(ctx, projectId, receiver.url("200"), {
    headers: [{ name: "authorization", value: "Bearer for the receiver", secret: true }],
  });
  await makeTrigger(ctx, projectId, [id], { delaySeconds: 1 });
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [makeEvent(ctx, { id: "waits" })],
  });
  await acceptEvent(connectionString, projectId);
  // The wake stays in the original's engine.
  await db.actionHealth.create({ data: { actionId: id, projectId, wakeAskedAt: ctx.now() } });
  await ctx.close();
  await db.$disconnect();
  return { secret, projectId };
}

/** Makes an event that the engine has accepted and not yet passed to a function. */
async function acceptEvent(connectionString: string, projectId: string): Promise<void> {
  const pool = createUtcPool(connectionString, { max: 1 });
  await createEngineTables(pool);
  const stamp = { eventId: "accepted", keyId: null, depth: 0, sanitized: false };
  const data = { projectId, observation: { id: "accepted" }, stamp };
  await pool.query(
    "INSERT INTO engine.event (id, name, data, ts, received_at, routed) VALUES ('01ACCEPTED', " +
      "'observation.created', $1, $2, now(), true)",
    [JSON.stringify(data), Date.now()],
  );
  await pool.query(
    "INSERT INTO engine.batch_item (function_id, key, event_id, bytes, added_at) VALUES ('f', '', " +
      "'01ACCEPTED', 1, now())",
  );
  await pool.end();
}

/** Starts the program on a restored database, without its pages. */
async function startProgram(connectionString: string, key: string): Promise<void> {
  const env = { WEBHOOK_ALLOWED_HOSTS: receiver.allowedHosts.join(",") };
  const child = forkApp({ connectionString, encryptionKey: key, env });
  onTestFinished(() => killApp(child));
  await urlOfApp(child);
}

async function untilDelivered(count: number): Promise<void> {
  for (const deadline = Date.now() + 45_000; receiver.requests.length < count;) {
    if (Date.now() > deadline) throw new Error(`${receiver.requests.length} of ${count} deliveries came.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function signInWorks(connectionString: string, key: string): Promise<boolean> {
  const db = createDatabase(connectionString, 2);
  try {
    const secret = await getInstanceSecret({ db, cipher: createCipher([key]), now: () => new Date() }, "sessions");
    const env = createTestContext(db).env;
    const auth = createBetterAuth({ db, env, secret });
    const answer = await auth.handler(
      new Request(`${env.appUrl}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: env.appUrl, "x-client-ip": "192.0.2.1" },
        body: JSON.stringify({ email: EMAIL, password: TEST_PASSWORD }),
      }),
    );
    const cookie = answer.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
    return (await getSessionUser(auth, new Headers({ cookie })))?.email === EMAIL;
  } finally {
    await db.$disconnect();
  }
}

const started = async (dataDir: string): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres({ dataDir, servePort: 4802 });
  onTestFinished(postgres.stop);
  return postgres;
};

// Each test makes, starts and stops several servers.
const TIMEOUT_MS = 240_000;

test(
  "a backup of a running program, restored into another folder, delivers what waited, signed, and lets people in",
  { timeout: TIMEOUT_MS },
  async () => {
    const original = await makeInstallation();
    const file = newPath("all.backup");
    const backedUp = await run("backup", file, { DATA_DIR: original.dataDir });
    expect(backedUp).toEqual({
      code: 0,
      output: expect.stringMatching(
        /Backed up \d+ rows of \d+ tables to .+\n.*whoever has the file can read the secrets/,
      ),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const dataDir = newPath("restored");
    expect(await run("restore", file, { DATA_DIR: dataDir })).toEqual({
      code: 0,
      output: expect.stringMatching(
        /Start the program: npm start\n.*\n1 executions of 1 actions wait,.*with the same webhook-id.*--paused/,
      ),
    });
    expect(readFileSync(join(dataDir, "encryption.key"), "utf8")).toBe(original.key);
    const postgres = await started(dataDir);
    await applyMigrations(postgres.connectionString);
    expect(await signInWorks(postgres.connectionString, original.key)).toBe(true);
    await startProgram(postgres.connectionString, original.key);
    await untilDelivered(2);
    const request = receiver.requests.find(({ rawBody }) => rawBody.includes('"waits"'));
    expect(
      new Webhook(original.secret).verify(request!.rawBody, request!.headers as Record<string, string>),
    ).toBeTruthy();
    expect(request!.headers.authorization).toBe("Bearer for the receiver");
  },
);

test(
  "a restore into a database of one's own takes over its key, and refuses one that is not empty",
  { timeout: TIMEOUT_MS },
  async () => {
    const original = await makeInstallation();
    await original.postgres.stop();
    const file = newPath("stopped.backup");
    expect(await run("backup", file, { DATA_DIR: original.dataDir })).toMatchObject({ code: 0 });

    const database = await createTestDatabase();
    onTestFinished(database.close);
    const key = randomBytes(32).toString("base64");
    const env = { DATABASE_URL: database.connectionString, ENCRYPTION_KEY: key };
    expect(await run("restore", file, env)).toMatchObject({ code: 1, output: expect.stringContaining("is not empty") });
    await database.db.$executeRawUnsafe("DROP SCHEMA public CASCADE");
    await database.db.$executeRawUnsafe("CREATE SCHEMA public");
    expect(await run("restore", file, env)).toMatchObject({ code: 0 });
    await startProgram(database.connectionString, key);
    await untilDelivered(2);
    expect(receiver.requests[0]!.headers.authorization).toBe("Bearer for the receiver");
    expect(await run("backup", newPath("again.backup"), { ...env, ENCRYPTION_KEY: original.key })).toMatchObject({
      code: 1,
      output: expect.stringContaining("ENCRYPTION_KEY is not the key"),
    });
  },
);

test(
  "a restore with --paused delivers nothing that waited, until a person lets the action go on",
  { timeout: TIMEOUT_MS },
  async () => {
    const original = await makeInstallation();
    const file = newPath("paused.backup");
    await run("backup", file, { DATA_DIR: original.dataDir });
    const dataDir = newPath("restored-paused");
    expect(await run("restore --paused", file, { DATA_DIR: dataDir })).toEqual({
      code: 0,
      output: expect.stringContaining("Every action is paused."),
    });
    const postgres = await started(dataDir);
    await startProgram(postgres.connectionString, original.key);
    const db = createDatabase(postgres.connectionString, 2);
    onTestFinished(() => db.$disconnect());
    // The accepted event is matched too. Both executions wait, and no request has left.
    await expect.poll(() => db.actionExecution.count()).toBe(2);
    const base = createTestContext(db);
    const ctx = makeSystemProjectContext({ ...base, cipher: createCipher([original.key]) }, original.projectId);
    const { items } = await listExecutions(ctx, {});
    const reason = "Waits: the restore paused its action. Nothing is skipped meanwhile.";
    expect(items.map(({ statusReason }) => statusReason)).toEqual([reason, reason]);
    expect(receiver.requests).toEqual([]);
    await setActionPaused(ctx, { actionId: (await db.actionConfiguration.findFirstOrThrow()).id, paused: false });
    // The wake went to the engine of this test, which has none. A look of the program finds the executions.
    await db.actionHealth.updateMany({ data: { wakeAskedAt: null } });
    await untilDelivered(2);
    await base.close();
  },
);

test(
  "a folder made by an older PostgreSQL is refused by name, and its backup restores into this one",
  { timeout: TIMEOUT_MS },
  async () => {
    const older = findOlderPostgres();
    const original = await makeInstallation(older);
    const file = newPath("older.backup");
    expect(await run("backup", file, { DATA_DIR: original.dataDir })).toMatchObject({ code: 0 });
    await original.postgres.stop();
    await expect(startEmbeddedPostgres({ dataDir: original.dataDir, servePort: 4803 })).rejects.toThrow(
      /was made by PostgreSQL 17, and this program brings PostgreSQL 18\. Run npm run backup -- <file> with the version/,
    );
    const dataDir = newPath("newer");
    expect(await run("restore", file, { DATA_DIR: dataDir })).toMatchObject({ code: 0 });
    const postgres = await started(dataDir);
    expect(readFileSync(join(postgres.data, "PG_VERSION"), "utf8").trim()).toBe("18");
    await startProgram(postgres.connectionString, original.key);
    await untilDelivered(2);
  },
);

test(
  "nothing is written where the folder is not empty, or the file is damaged; one that was killed never starts",
  { timeout: TIMEOUT_MS },
  async () => {
    const original = await makeInstallation();
    const file = newPath("whole.backup");
    await run("backup", file, { DATA_DIR: original.dataDir });
    expect(await run("backup", file, { DATA_DIR: original.dataDir })).toEqual({
      code: 1,
      output: `${file} exists already. Choose another name for the backup.`,
    });
    expect(await run("restore", file, { DATA_DIR: original.dataDir })).toMatchObject({
      code: 1,
      output: expect.stringContaining("is not empty. Nothing was restored."),
    });
    const damaged = newPath("damaged.backup");
    writeFileSync(damaged, readFileSync(file).subarray(0, -20));
    const dataDir = newPath("untouched");
    expect(await run("restore", damaged, { DATA_DIR: dataDir })).toMatchObject({
      code: 1,
      output: expect.stringContaining("is damaged or incomplete"),
    });
    expect(existsSync(dataDir)).toBe(false);
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, "restore.unfinished"), "");
    await expect(startEmbeddedPostgres({ dataDir, servePort: 4804 })).rejects.toThrow("has not ended");
    expect(readdirSync(dataDir)).toEqual(["restore.unfinished"]);
    expect(await run("backup", newPath("none.backup"), { DATA_DIR: newPath("missing") })).toMatchObject({
      code: 1,
      output: expect.stringContaining("There is no data in"),
    });
  },
);
