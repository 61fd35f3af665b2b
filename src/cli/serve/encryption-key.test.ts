import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadOrMakeEncryptionKey } from "./encryption-key";

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), "encryption-key-"))));
afterEach(() => rmSync(dataDir, { recursive: true }));

it("makes a key of 32 random bytes once, readable by its owner alone", () => {
  const key = loadOrMakeEncryptionKey(dataDir);
  expect(Buffer.from(key, "base64")).toHaveLength(32);
  expect(loadOrMakeEncryptionKey(dataDir)).toBe(key);
  expect(readFileSync(join(dataDir, "encryption.key"), "utf8")).toBe(key);
  expect(statSync(join(dataDir, "encryption.key")).mode & 0o777).toBe(0o600);
});

it("never makes a new key for data that an old one encrypted", () => {
  mkdirSync(join(dataDir, "postgres"));
  expect(() => loadOrMakeEncryptionKey(dataDir)).toThrow(
    /encryption\.key is missing: the secrets in the data beside it cannot be read without it/,
  );
});

it.skipIf(process.platform === "win32").each([0o640, 0o604, 0o620])(
  "refuses a key file that others may read or change (mode %o), and names it",
  (mode) => {
    loadOrMakeEncryptionKey(dataDir);
    const file = join(dataDir, "encryption.key");
    chmodSync(file, mode);
    expect(() => loadOrMakeEncryptionKey(dataDir)).toThrow(`run: chmod 600 ${file}`);
    chmodSync(file, 0o600);
    expect(loadOrMakeEncryptionKey(dataDir)).toHaveLength(44);
  },
);
