import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { PrismaClient } from "@/generated/prisma/client";
import { startDatabaseProxy } from "@/server/engine/testing-proxy";
import { makeUnavailableError } from "@/server/engine/unavailable";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createDatabase } from "./client";
import { isTransientDatabaseError } from "./transient-errors";
import { assertInstantsRoundTrip, createUtcClient, createUtcPool } from "./utc-connection";

const { ctx, database } = useTestContext();

const ZONE = "SELECT current_setting('TimeZone') AS zone";

/** Starts a pooler that sets a time zone in every session, whatever the startup message asks for. */
async function startPooler(databaseUrl: string): Promise<string> {
  const pooler = await startDatabaseProxy(databaseUrl, () => {
    let isStartup = true;
    return {
      toServer(bytes) {
        if (!isStartup) return bytes;
        isStartup = false;
        return Buffer.from(bytes.toString("latin1").replace("TimeZone\0UTC\0", "TimeZone\0PRC\0"), "latin1");
      },
    };
  });
  onTestFinished(() => pooler.close());
  return pooler.url;
}

/** Makes a client without UtcClient, whose sessions have the server's time zone. */
function createPlainDatabase(connectionString: string): PrismaClient {
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 1 }) });
  onTestFinished(() => db.$disconnect());
  return db;
}

describe("a PostgreSQL whose time zone is not UTC", () => {
  test("is what every test runs on", async () => {
    const [row] = await createPlainDatabase(database.connectionString).$queryRawUnsafe<{ zone: string }[]>(ZONE);
    expect(row).toEqual({ zone: "Asia/Kolkata" });
  });

  test.each([
    ["of the server", ""],
    ["of the connection string", "?options=-c%20TimeZone%3DAmerica%2FNew_York%20-c%20statement_timeout%3D4321"],
  ])("gives each connection a session in UTC, over the zone %s, and keeps other options", async (_, query) => {
    const url = database.connectionString + query;
    const client = createUtcClient(url);
    await client.connect();
    const pool = createUtcPool(url, { max: 1 });
    const db = createDatabase(url, 1);
    onTestFinished(async () => void (await Promise.all([client.end(), pool.end(), db.$disconnect()])));
    const seen = [(await client.query(ZONE)).rows, (await pool.query(ZONE)).rows, await db.$queryRawUnsafe(ZONE)];
    expect(seen).toEqual(Array(3).fill([{ zone: "UTC" }]));
    const timeout = await client.query("SHOW statement_timeout");
    expect(timeout.rows).toEqual([{ statement_timeout: query ? "4321ms" : "0" }]);
  });

  test("behind a pooler that ignores the startup message, the session is set to UTC all the same", async () => {
    const url = await startPooler(database.connectionString);
    const db = createDatabase(url, 1);
    onTestFinished(() => db.$disconnect());
    expect(await db.$queryRawUnsafe(ZONE)).toEqual([{ zone: "UTC" }]);
    await expect(assertInstantsRoundTrip(db)).resolves.toBeUndefined();
  });

  test("returns each time as it was written, in both directions between Prisma and SQL", async () => {
    const at = new Date("2026-11-28T12:00:00.123Z");
    const { id } = await makeProject(ctx, { createdAt: at });
    const [row] = await ctx.db.$queryRaw<{ at: Date; ms: number }[]>`
      SELECT created_at AS at, (extract(epoch FROM created_at) * 1000)::float8 AS ms FROM project WHERE id = ${id}`;
    expect(row).toEqual({ at, ms: at.getTime() });
    await ctx.db
      .$executeRaw`UPDATE project SET created_at = to_timestamp(${at.getTime() / 1000 + 60}::float8) WHERE id = ${id}`;
    const read = await ctx.db.project.findUniqueOrThrow({ where: { id } });
    expect(read.createdAt).toEqual(new Date(at.getTime() + 60_000));
  });

  test("stops the start with a line that names the zone, where it reaches a session", async () => {
    await expect(assertInstantsRoundTrip(createPlainDatabase(database.connectionString))).rejects.toThrow(
      /^The database's session is in the time zone Asia\/Kolkata, and times come back shifted\./,
    );
    await expect(assertInstantsRoundTrip(ctx.db)).resolves.toBeUndefined();
  });
});

describe("a PostgreSQL whose administrator set limits for all programs", () => {
  /** By setting: what the administrator chose, and what a session of the program has. */
  const settings: Record<string, [given: string, own: string]> = {
    statement_timeout: ["1000", "0"],
    lock_timeout: ["1000", "0"],
    transaction_timeout: ["1000", "0"],
    idle_in_transaction_session_timeout: ["1000", "60000"],
    idle_session_timeout: ["1000", "0"],
    tcp_keepalives_idle: ["7000", "30"],
    tcp_keepalives_interval: ["70", "10"],
    tcp_keepalives_count: ["7", "3"],
    default_transaction_isolation: ["serializable", "read committed"],
    synchronous_commit: ["off", "on"],
    standard_conforming_strings: ["off", "on"],
    extra_float_digits: ["-5", "1"],
    array_nulls: ["off", "on"],
    transform_null_equals: ["on", "off"],
  };
  const name = (): string => new URL(database.connectionString).pathname.slice(1);
  const set = (setting: string, value: string): Promise<number> =>
    ctx.db.$executeRawUnsafe(`ALTER DATABASE ${name()} SET ${setting} = '${value}'`);
  const given = (which: 0 | 1): object =>
    Object.fromEntries(Object.entries(settings).map(([setting, values]) => [setting, values[which]]));
  const readSettings = async (client: pg.Client): Promise<object> => {
    await client.connect();
    const text = "SELECT name, setting FROM pg_settings WHERE name = ANY($1)";
    const { rows } = await client.query<{ name: string; setting: string }>(text, [Object.keys(settings)]);
    await client.end();
    return Object.fromEntries(rows.map((row) => [row.name, row.setting]));
  };

  beforeAll(async () => {
    for (const [setting, [value]] of Object.entries(settings)) await set(setting, value);
    return async () => void (await ctx.db.$executeRawUnsafe(`ALTER DATABASE ${name()} RESET ALL`));
  });

  test("a session of the program has its own settings, and those of the connection string", async () => {
    const url = database.connectionString;
    expect(await readSettings(new pg.Client(url))).toEqual(given(0));
    expect(await readSettings(createUtcClient(url))).toEqual(given(1));
    const options = "?options=-c%20statement_timeout%3D4321%20-c%20synchronous_commit%3Doff";
    expect(await readSettings(createUtcClient(url + options))).toEqual({
      ...given(1),
      statement_timeout: "4321",
      synchronous_commit: "off",
    });
  });

  test("a commit that waits for a standby stays as the administrator chose it", async () => {
    await set("synchronous_commit", "remote_apply");
    expect(await readSettings(createUtcClient(database.connectionString))).toMatchObject({
      synchronous_commit: "remote_apply",
    });
  });

  test("statements of the program end by none of these limits, and wait for a lock at most as long as asked", async () => {
    const pool = createUtcPool(database.connectionString, { max: 2, lockTimeoutMs: 300 });
    const holder = await pool.connect();
    onTestFinished(async () => {
      holder.release(true);
      await pool.end();
    });
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE project");
    await holder.query("SELECT pg_sleep(1.2)");
    await expect(pool.query("SELECT 1 FROM project")).rejects.toMatchObject({ code: "55P03" });
    await expect(holder.query("SELECT 1")).resolves.toMatchObject({ rowCount: 1 });
  });
});

describe("the wait for a connection", () => {
  const busy = "timeout exceeded when trying to connect";
  const standStill = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

  test("leaves out the time in which the process stands still", async () => {
    const pool = createUtcPool(database.connectionString, { max: 1, connectionTimeoutMillis: 2_000 });
    onTestFinished(() => pool.end());
    const [first, second] = [pool.query("SELECT 1 AS n"), pool.query("SELECT 2 AS n")];
    await new Promise((resolve) => setImmediate(resolve));
    standStill(2_200);
    expect([(await first).rows, (await second).rows]).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  test("ends at a server that does not answer, and at a pool whose connections are all in use", async () => {
    const proxy = await startDatabaseProxy(database.connectionString);
    const pool = createUtcPool(proxy.url, { max: 1, connectionTimeoutMillis: 300 });
    onTestFinished(async () => void (await Promise.all([pool.end(), proxy.close()])));
    proxy.freeze();
    const lost = await pool.query("SELECT 1").catch((error: unknown) => error);
    expect(lost).toMatchObject({ message: busy });
    expect([isTransientDatabaseError(lost), makeUnavailableError(lost)?.reason]).toEqual([true, "unreachable"]);
    await expect.poll(() => pool.totalCount).toBe(0);

    const patient = createUtcPool(database.connectionString, { max: 1, connectionTimeoutMillis: 2_000 });
    onTestFinished(() => patient.end());
    const holder = await patient.connect();
    await expect(patient.query("SELECT 1")).rejects.toThrow(busy);
    expect(patient.waitingCount).toBe(0);
    holder.release();
    expect((await patient.query("SELECT 2 AS n")).rows).toEqual([{ n: 2 }]);
    expect([patient.totalCount, patient.idleCount, patient.waitingCount]).toEqual([1, 1, 0]);
  });
});

describe("a server that is replaced without a word", () => {
  test("costs a pool its connections after a time without an answer, and new ones work", async () => {
    const proxy = await startDatabaseProxy(database.connectionString);
    const pool = createUtcPool(proxy.url, { max: 1, answerTimeoutMs: 300 });
    const db = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: { timeout: 10_000 } });
    onTestFinished(async () => {
      await db.$disconnect();
      await Promise.all([pool.end(), proxy.close()]);
    });
    await db.$queryRawUnsafe("SELECT 1");
    proxy.vanish("replaced");
    const lost = await pool.query("SELECT 1").catch((error: unknown) => error);
    expect([isTransientDatabaseError(lost), makeUnavailableError(lost)?.reason]).toEqual([true, "unreachable"]);
    expect(await db.$queryRawUnsafe("SELECT 2 AS n")).toEqual([{ n: 2 }]);

    const inTransaction = db.$transaction(async (tx) => {
      proxy.vanish("replaced");
      return tx.$queryRawUnsafe("SELECT 1");
    });
    expect(isTransientDatabaseError(await inTransaction.catch((error: unknown) => error))).toBe(true);
    expect(await db.$queryRawUnsafe("SELECT 3 AS n")).toEqual([{ n: 3 }]);
  });

  test("a statement that the server still runs may take longer than the wait for an answer", async () => {
    const pool = createUtcPool(database.connectionString, { max: 1, answerTimeoutMs: 50 });
    onTestFinished(() => pool.end());
    expect((await pool.query("SELECT 1 AS n FROM pg_sleep(0.6)")).rows).toEqual([{ n: 1 }]);
  });

  test("a connection that waits for no answer stays, however long it waits", async () => {
    const pool = createUtcPool(database.connectionString, { max: 1, answerTimeoutMs: 50 });
    onTestFinished(() => pool.end());
    const [{ pid }] = (await pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows as [{ pid: number }];
    await ctx.db.$queryRawUnsafe("SELECT 1 FROM pg_sleep(0.3)");
    expect((await pool.query("SELECT pg_backend_pid() AS pid")).rows).toEqual([{ pid }]);
  });
});

describe("the source", () => {
  const sources = ["src", "prisma"]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
    .filter(
      (file) =>
        /\.(ts|sql)$/.test(file) && !/generated|\.test\.ts$|testing|^src\/(test|bench)|engine\/bench/.test(file),
    )
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
  const holding = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

  test("makes connections in one place", () => {
    expect(holding(/(new|extends) (pg\.)?(Pool|Client)\b|new PrismaPg\(/).sort()).toEqual([
      "src/server/db/client.ts",
      "src/server/db/utc-connection.ts",
      // The engine makes its own connection, with the client that the program gives it.
      "src/server/engine/loops/process-presence.ts",
    ]);
  });

  test("uses no SQL function or type that follows the zone of the session", () => {
    // An expression with UTC in the same line does not depend on the session.
    const followsZone =
      /^(?!.*'UTC').*(date_trunc\(|\bto_char\(|::(date|time|timestamp)\b|\b(current_date|localtimestamp|current_time)\b|timestamp without|\bTIMESTAMP\()/im;
    expect(holding(followsZone)).toEqual([]);
  });
});
