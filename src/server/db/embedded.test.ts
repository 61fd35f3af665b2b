import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import pg from "pg";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { forkModule } from "@/test/fork-module";
import { eventually } from "@/test/eventually";
import { preparePostgresBinaries } from "./embedded/postgres-binaries";
import { ensureDatabase } from "./embedded/database";
import { canReachPath, chooseClusterLocation, findUnprivilegedUser } from "./embedded/cluster-location";
import { ensurePostgresCluster, isProcessAlive, DATABASE_ROLE } from "./embedded/cluster";
import { makeConnectionString, readPostmaster, startPostmaster, stopPostmaster } from "./embedded/postmaster";
import { findEmbeddedPostgres, prepareDataFolder, startEmbeddedPostgres, type EmbeddedPostgres } from "./embedded";

const isRoot = process.getuid?.() === 0;

function newFolder(mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), "embedded-test-"));
  chmodSync(folder, mode);
  // An afterEach would run before the servers of a test are stopped.
  // A process that a test has killed may still write its last file, so the removal is tried again.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

async function query<Row extends pg.QueryResultRow>(server: { connectionString: string }, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts PostgreSQL in a process of its own. */
async function startElsewhere(dataDir: string): Promise<{ kill(signal: NodeJS.Signals): Promise<void>; pid: number }> {
  const child = forkModule(new URL("./embedded/testing-holder.ts", import.meta.url), {
    args: [dataDir],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message");
  return {
    pid: child.pid!,
    async kill(signal) {
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    },
  };
}

const started = async (options: Parameters<typeof startEmbeddedPostgres>[0]): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres(options);
  onTestFinished(server.stop);
  return server;
};

describe("startEmbeddedPostgres", () => {
  it("makes a data folder, keeps what is written through a stop, and leaves no process behind", async () => {
    const dataDir = join(newFolder(), "new", ".data");
    const first = await startEmbeddedPostgres({ dataDir, servePort: 3000 });
    await query(first, "CREATE TABLE kept AS SELECT 42 AS n");
    expect(first).toMatchObject({ isNew: true, adopted: false });
    const { pid } = readPostmaster(first.data)!;
    await first.stop();
    expect(isProcessAlive(pid)).toBe(false);

    const second = await started({ dataDir, servePort: 3000 });
    expect(second).toMatchObject({ isNew: false, adopted: false });
    expect(await query(second, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  });

  it("is durable, reachable from this machine only, and asks for its password", async () => {
    const dataDir = join(newFolder(), ".data");
    const server = await started({ dataDir, servePort: 3000 });
    const settings = await query<{ name: string; setting: string }>(
      server,
      `
        SELECT name, setting FROM pg_settings
          WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'server_encoding',
          'jit')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: "on",
      synchronous_commit: "on",
      full_page_writes: "on",
      listen_addresses: "127.0.0.1",
      server_encoding: "UTF8",
      jit: "off",
    });
    await expect(
      query({ connectionString: server.connectionString.replace(/:[0-9a-f]+@/, ":wrong@") }, "SELECT 1"),
    ).rejects.toThrow(/password/);
    expect(statSync(join(dataDir, "postgres.password")).mode & 0o777).toBe(0o600);
    expect(statSync(server.data).mode & 0o777).toBe(0o700);
  });

  it("serves as a role that owns its database, and has no other right on the server", async () => {
    const server = await started({ dataDir: join(newFolder(), ".data"), servePort: 3000 });
    await query(server, "CREATE SCHEMA engine");
    await query(server, "CREATE TABLE engine.kept (id int)");
    expect(
      await query(
        server,
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user",
      ),
    ).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false }]);
    for (const sql of [
      "CREATE DATABASE other",
      "CREATE ROLE other",
      "SELECT pg_read_file('PG_VERSION')",
      "COPY (SELECT 1) TO PROGRAM 'true'",
    ])
      await expect(query(server, sql)).rejects.toThrow(/permission denied/);
    expect(await query(server, "SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin")).toEqual([]);
  });

  it("removes the superuser rights of the role of an older data folder, and everything goes on", async () => {
    const dataDir = prepareDataFolder(join(newFolder(), ".data"));
    const binaries = preparePostgresBinaries();
    const place = chooseClusterLocation({ dataDir, binaries });
    const { password } = ensurePostgresCluster({ dataDir, place, binaries });
    const before = await startPostmaster({ place, password, logFile: join(dataDir, "postgres.log") });
    const { port } = before;
    await ensureDatabase(makeConnectionString({ port, password, database: "postgres" }), DATABASE_ROLE);
    const old = { connectionString: makeConnectionString({ port, password }) };
    for (const sql of [
      "CREATE TYPE mood AS ENUM ('good')",
      "CREATE TABLE kept (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, mood mood)",
      "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "CREATE VIEW seen AS SELECT * FROM kept",
      "CREATE SCHEMA engine",
      "CREATE TABLE engine.kept (id bigint PRIMARY KEY)",
      "CREATE SEQUENCE engine.numbers",
      "INSERT INTO kept (mood) VALUES ('good')",
    ])
      await query(old, sql);
    await stopPostmaster(place, before);

    const server = await started({ dataDir, servePort: 3000 });
    for (const sql of [
      "ALTER TYPE mood ADD VALUE 'bad'",
      "ALTER TABLE kept ADD COLUMN more int",
      "DROP VIEW seen",
      "DROP FUNCTION one()",
      "ALTER TABLE engine.kept ADD COLUMN more int",
      "DROP SEQUENCE engine.numbers",
      "INSERT INTO kept (mood) VALUES ('bad')",
    ])
      await query(server, sql);
    expect(await query(server, "SELECT n FROM kept ORDER BY id")).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await findEmbeddedPostgres(dataDir)).toMatchObject({ holder: { pid: process.pid } });
  });

  it("has upper and lower case beyond ASCII, and sorts by code point", async () => {
    const server = await started({ dataDir: join(newFolder(), ".data"), servePort: 3000 });
    expect(await query(server, "SELECT lower('ÄÖÜ') AS low, 'Z' < 'a' AS ordered")).toEqual([
      { low: "äöü", ordered: true },
    ]);
  });

  it("adopts the server that a killed process left running", async () => {
    const dataDir = join(newFolder(), ".data");
    const other = await startElsewhere(dataDir);
    const before = await findEmbeddedPostgres(dataDir);
    await query(before!, "CREATE TABLE kept AS SELECT 1 AS n");
    await other.kill("SIGKILL");

    const server = await started({ dataDir, servePort: 3000 });
    expect(server).toMatchObject({ adopted: true, connectionString: before!.connectionString });
    expect(await query(server, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  });

  it("refuses a folder that a running program has, naming its process and port, and does not disturb it", async () => {
    const dataDir = join(newFolder(), ".data");
    const other = await startElsewhere(dataDir);
    await expect(startEmbeddedPostgres({ dataDir, servePort: 3000 })).rejects.toThrow(
      new RegExp(`already running on .+\\(process ${other.pid}, port 4711\\)`),
    );
    expect(await findEmbeddedPostgres(dataDir)).toMatchObject({ holder: { pid: other.pid, servePort: 4711 } });
    await other.kill("SIGKILL");
    await (await startEmbeddedPostgres({ dataDir, servePort: 3000 })).stop();
    expect(await findEmbeddedPostgres(dataDir)).toBeUndefined();
  });

  it("starts after the server itself was killed, with everything that was committed", async () => {
    const dataDir = join(newFolder(), ".data");
    const other = await startElsewhere(dataDir);
    const running = await findEmbeddedPostgres(dataDir);
    await query(running!, "CREATE TABLE kept AS SELECT 7 AS n");
    const { pid } = readPostmaster(join(dataDir, "postgres"))!;
    await other.kill("SIGKILL");
    process.kill(pid, "SIGKILL");

    const server = await started({ dataDir, servePort: 3000 });
    expect(await query(server, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  });

  it("starts a server that dies while the program runs again, on the same port", async () => {
    const events: string[] = [];
    const server = await started({
      dataDir: join(newFolder(), ".data"),
      servePort: 3000,
      onEvent: (line) => events.push(line),
    });
    process.kill(readPostmaster(server.data)!.pid, "SIGQUIT");
    await eventually(() => expect(events).toContain("PostgreSQL is back"));
    expect(await query(server, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("makes one data folder in two first starts at once: one runs, the other is refused", async () => {
    const dataDir = join(newFolder(), ".data");
    const results = await Promise.allSettled([1, 2].map(() => startEmbeddedPostgres({ dataDir, servePort: 3000 })));
    const running = results.filter((result) => result.status === "fulfilled");
    await Promise.all(running.map(({ value }) => value.stop()));
    const refused = results.filter((result) => result.status === "rejected");
    expect(running).toHaveLength(1);
    expect(String(refused[0]?.reason)).toMatch(/already running/);
  });

  it("leaves its server running for another program that adopted it and locked the folder first", async () => {
    const dataDir = join(newFolder(), ".data");
    const first = await startEmbeddedPostgres({ dataDir, servePort: 3000 });
    await first.stop();
    const second = startEmbeddedPostgres({ dataDir, servePort: 3000 });
    const settled = second.catch((error: unknown) => error);
    // The program that adopts the server is quicker than the start that made it.
    const password = new URL(first.connectionString).password;
    const lock = async (): Promise<pg.Client | undefined> => {
      const running = readPostmaster(first.data);
      if (!running) return undefined;
      const client = new pg.Client({ connectionString: makeConnectionString({ port: running.port, password }) });
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.query("SELECT pg_advisory_lock(1953655143, 0)");
        return client;
      } catch {
        return undefined;
      }
    };
    let other: pg.Client | undefined;
    while (!other) other = (await lock()) ?? (await new Promise<undefined>((done) => setTimeout(done, 1)));
    expect(String(await settled)).toMatch(/already running/);
    expect((await other.query("SELECT 1 AS n")).rows).toEqual([{ n: 1 }]);
    await other.end();
    const third = await started({ dataDir, servePort: 3000 });
    expect(third.adopted).toBe(true);
  });

  it("leaves no server behind where it is stopped while it starts a lost server again", async () => {
    const events: string[] = [];
    const dataDir = join(newFolder(), ".data");
    const server = await startEmbeddedPostgres({ dataDir, servePort: 3000, onEvent: (line) => events.push(line) });
    process.kill(readPostmaster(server.data)!.pid, "SIGQUIT");
    await vi.waitFor(() => expect(events).toContain("PostgreSQL was lost; starting it again"), { timeout: 10_000 });
    await server.stop();
    const reappears = vi.waitFor(() => expect(readPostmaster(server.data)).toBeDefined(), { timeout: 1_500 });
    await expect(reappears).rejects.toThrow();
  });
});

describe("a data folder that cannot be used", () => {
  it("is refused if it is a file", () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    expect(() => prepareDataFolder(file)).toThrow(`The data folder ${file} is a file`);
    expect(() => prepareDataFolder(join(file, "below"))).toThrow(/is a file, or lies below one/);
  });

  it.skipIf(process.platform !== "linux")("says so of one where no folder can be made at all", () => {
    expect(() => prepareDataFolder("/proc/1/trigger-system")).toThrow(
      /The data folder \/proc\/1\/trigger-system cannot be used \(ENOENT\)/,
    );
  });

  it.runIf(process.platform === "linux")("says so of one that cannot be made", () => {
    expect(() => prepareDataFolder("/proc/trigger-system/.data")).toThrow(
      "The data folder /proc/trigger-system/.data cannot be used (ENOENT).",
    );
  });

  it("is refused if an older PostgreSQL made it", async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, "postgres"));
    writeFileSync(join(dataDir, "postgres", "PG_VERSION"), "16\n");
    await expect(startEmbeddedPostgres({ dataDir, servePort: 3000 })).rejects.toThrow(
      /was made by PostgreSQL 16, and this program brings PostgreSQL 18\. Run npm run backup/,
    );
  });

  it("is refused if it holds something else", async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, "postgres"));
    await expect(startEmbeddedPostgres({ dataDir, servePort: 3000 })).rejects.toThrow(/is no PostgreSQL data folder/);
  });

  it.skipIf(isRoot)("says so of one that must not be written", () => {
    expect(() => prepareDataFolder(join(newFolder(0o555), ".data"))).toThrow(/must not be written by this user/);
  });
});

describe.runIf(isRoot)("as root", () => {
  it("runs the server as an unprivileged user who exists already", async () => {
    const server = await started({ dataDir: join(newFolder(), ".data"), servePort: 3000 });
    expect(statSync(server.data).uid).toBe(findUnprivilegedUser().uid);
    expect(statSync(`/proc/${readPostmaster(server.data)!.pid}`).uid).toBe(findUnprivilegedUser().uid);
  });

  it("keeps the data where that user can reach it, below a closed home folder, and finds it again", async () => {
    const dataDir = join(newFolder(0o700), "clone", ".data");
    const systemFolder = join(newFolder(), "system");
    const first = await startEmbeddedPostgres({ dataDir, servePort: 3000, systemFolder });
    await query(first, "CREATE TABLE kept AS SELECT 3 AS n");
    await first.stop();
    expect(first.data.startsWith(join(systemFolder, "clone-"))).toBe(true);
    expect(readFileSync(join(dataDir, "postgres.place"), "utf8").trim()).toBe(first.data);

    const second = await started({ dataDir, servePort: 3000, systemFolder });
    expect(second.data).toBe(first.data);
    expect(await query(second, "SELECT n FROM kept")).toEqual([{ n: 3 }]);
  });

  it("refuses to make new data if the data that it kept elsewhere is gone", async () => {
    const dataDir = join(newFolder(0o700), ".data");
    const systemFolder = newFolder();
    const first = await startEmbeddedPostgres({ dataDir, servePort: 3000, systemFolder });
    await first.stop();
    rmSync(join(first.data, ".."), { recursive: true });
    await expect(startEmbeddedPostgres({ dataDir, servePort: 3000, systemFolder })).rejects.toThrow(
      /is gone: .+remove .+ to begin anew/,
    );
  });

  it("refuses to start if PostgreSQL's user can reach no place", async () => {
    const dataDir = join(newFolder(0o700), ".data");
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    await expect(
      startEmbeddedPostgres({ dataDir, servePort: 3000, systemFolder: join(file, "system") }),
    ).rejects.toThrow(/cannot be made .+Start as an ordinary user/);
  });
});

describe("canReach", () => {
  it("asks every folder above, by owner, group and others", () => {
    const top = newFolder(0o711);
    const { uid, gid } = statSync(top);
    const inner = join(top, "inner");
    mkdirSync(inner);
    expect(existsSync(inner)).toBe(true);
    chmodSync(inner, 0o710);
    const stranger = { uid: uid + 7777, gid: gid + 7777 };
    expect(canReachPath(top, stranger)).toBe(true);
    expect(canReachPath(inner, stranger)).toBe(false);
    expect(canReachPath(inner, { ...stranger, gid })).toBe(true);
    chmodSync(top, 0o700);
    expect(canReachPath(inner, { ...stranger, gid })).toBe(false);
    expect(canReachPath(inner, { uid, gid })).toBe(true);
  });
});
