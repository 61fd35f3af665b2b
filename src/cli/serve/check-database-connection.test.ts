import { expect, inject, it } from "vitest";
import { findFreePort } from "@/server/db/embedded/postmaster";
import { withDatabase } from "@/test/global-setup";
import { checkDatabaseConnection } from "./check-database-connection";

const server = inject("postgresUrl");

it("says nothing where the database can be reached", async () => {
  await expect(checkDatabaseConnection(server)).resolves.toBeUndefined();
});

it.each([
  [
    "nobody listens",
    async () => `postgresql://u:geheim@127.0.0.1:${await findFreePort()}/x`,
    /nothing listens there\. Start that PostgreSQL/,
  ],
  [
    "there is no such host",
    async () => "postgresql://u:geheim@nowhere.invalid/x",
    /nowhere\.invalid\) cannot be reached/,
  ],
  ["the password is wrong", async () => server.replace(/:[^:@/]+@/, ":geheim@"), /the user or the password is refused/],
  ["there is no such database", async () => withDatabase(server, "not_there"), /it has no database not_there/],
])("says what is wrong where %s, and never the password", async (_, makeUrl, expected) => {
  const url = await makeUrl();
  const failure = await checkDatabaseConnection(url).then(
    () => new Error("reached"),
    (error: Error) => error,
  );
  expect(failure.message).toMatch(expected);
  expect(failure.message).not.toContain(new URL(url).password);
  expect(failure.message.split("\n")).toHaveLength(1);
});
