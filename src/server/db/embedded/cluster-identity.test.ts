import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { findEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from "../embedded";

const isRoot = process.getuid?.() === 0;
let tops: string[] = [];
afterEach(() => {
  for (const top of tops) rmSync(top, { recursive: true, force: true });
  tops = [];
});

function newTop(mode = 0o755): string {
  const top = mkdtempSync(join(tmpdir(), "identity-test-"));
  chmodSync(top, mode);
  tops.push(top);
  return top;
}

const lines: string[] = [];
async function start(dataDir: string, systemFolder?: string): Promise<EmbeddedPostgres> {
  lines.length = 0;
  const postgres = await startEmbeddedPostgres({
    dataDir,
    servePort: 4805,
    onEvent: (line) => lines.push(line),
    ...(systemFolder ? { systemFolder } : {}),
  });
  onTestFinished(postgres.stop);
  return postgres;
}

/** Makes a data folder with a row in its database, and stops the server. */
async function makeData(dataDir: string, systemFolder?: string): Promise<EmbeddedPostgres> {
  const postgres = await start(dataDir, systemFolder);
  await query(postgres, "CREATE TABLE mark AS SELECT 'original' AS of");
  return postgres;
}

async function query({ connectionString }: { connectionString: string }, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client
    .query(text)
    .then(({ rows }) => rows as unknown[])
    .finally(() => client.end());
}

const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true, preserveTimestamps: true });

describe("a data folder", () => {
  test("keeps its database after a move, without a message", async () => {
    const top = newTop();
    await (await makeData(join(top, "data"))).stop();
    renameSync(join(top, "data"), join(top, "moved"));
    const moved = await start(join(top, "moved"));
    expect(lines).toEqual([]);
    expect(await query(moved, "SELECT of FROM mark")).toEqual([{ of: "original" }]);
    await moved.stop();
    await (await start(join(top, "moved"))).stop();
    expect(lines).toEqual([]);
  });

  test("that was copied as a whole becomes a folder of its own, with one message", async () => {
    const top = newTop();
    await (await makeData(join(top, "data"))).stop();
    copy(join(top, "data"), join(top, "copy"));
    const copied = await start(join(top, "copy"));
    expect(lines.filter((line) => line.includes("is a copy of"))).toHaveLength(1);
    const original = await start(join(top, "data"));
    expect(lines).toEqual([]);
    await query(copied, "UPDATE mark SET of = 'copy'");
    expect(await query(original, "SELECT of FROM mark")).toEqual([{ of: "original" }]);
    await copied.stop();
    await start(join(top, "copy"));
    expect(lines).toEqual([]);
  });

  test("that was copied while its database ran is refused, and never opens the original's", async () => {
    const top = newTop();
    const original = await makeData(join(top, "data"));
    copy(join(top, "data"), join(top, "copy"));
    await expect(start(join(top, "copy"))).rejects.toThrow(
      /was copied from .+ while its database ran.+npm run backup -- <file>.+npm run restore -- <file>/,
    );
    expect(await findEmbeddedPostgres(join(top, "copy"))).toBeUndefined();
    expect((await findEmbeddedPostgres(join(top, "data")))?.connectionString).toBe(original.connectionString);
  });

  test("with another folder's database is refused, with the name of that folder", async () => {
    const top = newTop();
    await (await makeData(join(top, "one"))).stop();
    await (await makeData(join(top, "two"))).stop();
    rmSync(join(top, "two", "postgres"), { recursive: true });
    copy(join(top, "one", "postgres"), join(top, "two", "postgres"));
    await expect(start(join(top, "two"))).rejects.toThrow(`belongs to the data folder ${join(top, "one")}, and not to`);
  });

  test("of an older version gets its id at its next start", async () => {
    const top = newTop();
    const first = await makeData(join(top, "data"));
    await first.stop();
    rmSync(join(top, "data", "postgres.id"));
    rmSync(join(first.data, "trigger-system.id"));
    await (await start(join(top, "data"))).stop();
    expect(readFileSync(join(first.data, "trigger-system.id"), "utf8")).toBe(
      `${readFileSync(join(top, "data", "postgres.id"), "utf8")}${join(top, "data")}\n`,
    );
  });
});

describe.runIf(isRoot)("as root", () => {
  test("a copy of a folder whose database lies elsewhere is refused, and reaches no command either", async () => {
    const [top, systemFolder] = [newTop(0o700), newTop()];
    const original = await makeData(join(top, "data"), systemFolder);
    expect(original.data.startsWith(systemFolder)).toBe(true);
    copy(join(top, "data"), join(top, "copy"));
    await expect(start(join(top, "copy"), systemFolder)).rejects.toThrow(
      /copy is a copy of .+data, and would open that folder's database in .+Remove the copy\. .+npm run restore/,
    );
    await expect(findEmbeddedPostgres(join(top, "copy"))).rejects.toThrow("is a copy of");
    expect(await query(original, "SELECT of FROM mark")).toEqual([{ of: "original" }]);
  });

  test("files that a copy or chown gave to root go back to PostgreSQL's user, with a line in the log", async () => {
    const top = newTop();
    const first = await makeData(join(top, "data"));
    const { uid } = statSync(first.data);
    await first.stop();
    mkdirSync(join(top, "new"), { mode: 0o711 });
    // `cp -r` makes the copying user the owner, and lets everybody read the folders.
    copy(join(top, "data"), join(top, "new", "data"));
    chmodSync(join(top, "new", "data", "postgres"), 0o755);
    rmSync(join(top, "data"), { recursive: true });
    expect(statSync(join(top, "new", "data", "postgres", "base")).uid).toBe(0);
    const restored = await start(join(top, "new", "data"));
    expect(lines).toEqual([
      `Files in ${restored.data} belonged to uid 0. They belong to uid ${uid} again, whom PostgreSQL runs as.`,
    ]);
    expect(await query(restored, "SELECT of FROM mark")).toEqual([{ of: "original" }]);
    await restored.stop();
    chownSync(join(restored.data, "global", "pg_control"), 0, 0);
    await (await start(join(top, "new", "data"))).stop();
    expect(lines).toHaveLength(1);
  });
});
