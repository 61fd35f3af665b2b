import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { startEmbeddedPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { checkEncryptionKey } from "@/server/services/instance-secrets";
import { createTestDatabase } from "@/test/database";

const [keyA, keyB] = [randomBytes(32).toString("base64"), randomBytes(32).toString("base64")];
const [onlyA, onlyB] = [createCipher([keyA]), createCipher([keyB])];
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "reencrypt-test-"));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

async function reencrypt(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ["src/cli/run.mjs", "reencrypt"], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LOG_LEVEL: "silent",
      ...env,
    } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: output.trim() };
}

/** Writes the check value of the key that encrypts the secrets of a database. */
async function fill(connectionString: string): Promise<void> {
  const db = createDatabase(connectionString, 1);
  await checkEncryptionKey({ db, cipher: onlyA, now: () => new Date() });
  await db.$disconnect();
}
const DONE = `Encrypted anew with the key ${onlyB.keyId}: 1 keys of this installation.`;

it("works on the embedded database of a program that runs, and of one that does not", async () => {
  const dataDir = newFolder();
  writeFileSync(join(dataDir, "encryption.key"), keyA, { mode: 0o600 });
  const running = await startEmbeddedPostgres({ dataDir, servePort: 4712 });
  try {
    await applyMigrations(running.connectionString);
    await fill(running.connectionString);
    const { code, output } = await reencrypt({ DATA_DIR: dataDir, ENCRYPTION_KEY: `${keyB},${keyA}` });
    expect(output).toContain(DONE);
    expect(output).toMatch(/the old one can be taken out of ENCRYPTION_KEY\.$/);
    expect(code).toBe(0);
  } finally {
    await running.stop();
  }
  const again = await reencrypt({ DATA_DIR: dataDir, ENCRYPTION_KEY: `${keyA},${keyB}` });
  expect(again).toEqual({
    code: 0,
    output: expect.stringContaining(`Encrypted anew with the key ${onlyA.keyId}: 1 keys of this installation.`),
  });
  const back = await startEmbeddedPostgres({ dataDir, servePort: 4712 });
  expect(back.adopted).toBe(false);
  await back.stop();
});

it("works with DATABASE_URL, and ends with what it cannot read", async () => {
  const database = await createTestDatabase();
  try {
    await fill(database.connectionString);
    const missing = await reencrypt({ DATABASE_URL: database.connectionString, ENCRYPTION_KEY: keyB });
    expect(missing).toEqual({
      code: 1,
      output: expect.stringContaining(`the installation's key encryption key check (key ${onlyA.keyId})`),
    });
    expect(await reencrypt({ DATABASE_URL: database.connectionString, ENCRYPTION_KEY: `${keyB},${keyA}` })).toEqual({
      code: 0,
      output: expect.stringContaining(DONE),
    });
    await checkEncryptionKey({ db: database.db, cipher: onlyB, now: () => new Date() });
  } finally {
    await database.close();
  }
});

it("says so where there is no data yet, and makes none", async () => {
  const dataDir = join(newFolder(), "nothing");
  expect(await reencrypt({ DATA_DIR: dataDir })).toEqual({
    code: 1,
    output: `There is no data in ${dataDir} yet. Set DATA_DIR or DATABASE_URL as the program has it.`,
  });
});
