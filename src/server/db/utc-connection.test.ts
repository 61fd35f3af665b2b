import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { PrismaClient } from "@/generated/prisma/client";
import { startDatabaseProxy } from "@/server/engine/testing-proxy";
import { makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createDatabase } from "./client";
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
    expect(holding(/new (pg\.)?(Pool|Client)\(|new PrismaPg\(/).sort()).toEqual([
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
