import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArchiveWriter, readArchive, verifyArchive } from "./archive";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "archive-test-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = {
  createdAt: "2026-02-01T12:00:00.000Z",
  postgres: "18.4",
  migrations: ["1_init"],
  encryptionKeys: ["k"],
};
const ROW = "one\ttwo\\nthree\n";

async function write(path: string, data = Buffer.from(ROW.repeat(1_000))): Promise<void> {
  const archive = await ArchiveWriter.create(path, header);
  await archive.table({ of: "program", name: "first", columns: ["a", "b"] });
  await archive.data(data);
  await archive.table({ of: "engine", name: "event", columns: ["id"] });
  await archive.finish();
}

test("what was written is read again, in its order, however large a piece is", async () => {
  const path = join(folder, "all.backup");
  const data = Buffer.alloc(3_500_000, ROW);
  await write(path, data);
  const read: Buffer[] = [];
  const tables: string[] = [];
  for await (const frame of readArchive(path)) {
    if (frame.kind === "table") tables.push(frame.table.name);
    if (frame.kind === "data") read.push(Buffer.from(frame.data));
  }
  expect(tables).toEqual(["first", "event"]);
  expect(Buffer.concat(read).equals(data)).toBe(true);
  expect(Math.max(...read.map((piece) => piece.length))).toBeLessThanOrEqual(1024 * 1024);
  expect(await verifyArchive(path)).toMatchObject(header);
});

test("the file is its owner's alone, and has its name only once it is complete", async () => {
  const path = join(folder, "all.backup");
  const archive = await ArchiveWriter.create(path, header);
  expect(readdirSync(folder)).toEqual([`all.backup.part-${process.pid}`]);
  await archive.finish();
  expect(readdirSync(folder)).toEqual(["all.backup"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("one that is given up leaves nothing, and no file is ever replaced", async () => {
  const path = join(folder, "all.backup");
  const archive = await ArchiveWriter.create(path, header);
  await archive.discard();
  expect(readdirSync(folder)).toEqual([]);
  const [first, second] = [await ArchiveWriter.create(path, header), join(folder, "other.backup")];
  writeFileSync(path, "came meanwhile");
  await expect(first.finish()).rejects.toThrow("exists already");
  await first.discard();
  expect(readFileSync(path, "utf8")).toBe("came meanwhile");
  await expect(ArchiveWriter.create(path, header)).rejects.toThrow(`${path} exists already. Choose another name`);
  await write(second);
  expect(readdirSync(folder).sort()).toEqual(["all.backup", "other.backup"]);
});

test("a file that is cut off anywhere, or has one changed byte, is refused", async () => {
  const path = join(folder, "all.backup");
  await write(path);
  const whole = readFileSync(path);
  const damaged = join(folder, "damaged.backup");
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(damaged, whole.subarray(0, length));
    await expect(verifyArchive(damaged), `${length} bytes`).rejects.toThrow(/damaged or incomplete|no backup/);
  }
  const plain = gunzipSync(whole);
  for (let at = 0; at < plain.length; at += Math.ceil(plain.length / 150)) {
    const changed = Buffer.from(plain);
    changed[at] = changed[at]! ^ 1;
    writeFileSync(damaged, gzipSync(changed));
    await expect(verifyArchive(damaged), `byte ${at}`).rejects.toThrow(/damaged or incomplete/);
  }
  writeFileSync(damaged, gzipSync(Buffer.concat([plain, plain])));
  await expect(verifyArchive(damaged)).rejects.toThrow(/damaged or incomplete/);
});

test("another file, a missing one and one of a newer version are named for what they are", async () => {
  const other = join(folder, "other");
  writeFileSync(other, "hello");
  await expect(verifyArchive(other)).rejects.toThrow(`${other} is no backup of this program.`);
  await expect(verifyArchive(join(folder, "missing"))).rejects.toThrow("cannot be read (ENOENT)");
  await expect(verifyArchive(folder)).rejects.toThrow("cannot be read (EISDIR)");
  const body = Buffer.from(JSON.stringify({ format: "trigger-system backup", version: 2 }));
  const head = Buffer.alloc(5);
  head.writeUInt8(0x48, 0);
  head.writeUInt32BE(body.length, 1);
  writeFileSync(other, gzipSync(Buffer.concat([head, body])));
  await expect(verifyArchive(other)).rejects.toThrow("newer version");
});
