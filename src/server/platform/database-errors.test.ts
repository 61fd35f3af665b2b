import { expect, test } from "vitest";
import { isTransactionTimeout, isTransientDatabaseError, wasTransactionGivenUp } from "@/server/db/transient-errors";
import { isRefusedByDatabase } from "@/server/engine/engine-database";
import { makeUnavailableError } from "@/server/engine/unavailable";

const failure = (code: string | null, message = "no") =>
  Object.assign(new Error(message), code === null ? {} : { code });
/** Wraps an error of the driver as Prisma does. */
const wrapped = (code: string) =>
  Object.assign(new Error("Raw query failed"), {
    code: "P2010",
    meta: { driverAdapterError: { cause: { originalCode: code } } },
  });

test.each([
  // code, message, unavailable, transient, given up, timeout, refused
  ["53100", "", "disk full", true, false, false, false],
  ["08006", "", "unreachable", true, false, false, false],
  ["57P03", "", "unreachable", true, false, false, false],
  ["25006", "", "unreachable", true, false, false, false],
  ["28P01", "", "unreachable", true, false, false, false],
  ["3D000", "", "unreachable", true, false, false, false],
  ["42501", "", "unreachable", true, false, false, false],
  ["42P01", "", "unreachable", true, false, false, false],
  ["42601", "", null, false, false, false, true],
  ["EHOSTUNREACH", "", "unreachable", true, false, false, false],
  [null, "Connection terminated unexpectedly", "unreachable", true, false, false, false],
  ["57014", "", null, true, false, true, false],
  ["40P01", "", null, true, true, false, false],
  ["55P03", "", "unreachable", true, false, false, false],
  ["22001", "", null, false, false, false, true],
  ["23505", "", null, false, false, false, true],
  [null, "something else", null, false, false, false, false],
] as const)(
  "the engine and the services read %s %s alike",
  (code, message, unavailable, transient, givenUp, timeout, refused) => {
    const error = failure(code, message);
    expect(makeUnavailableError(error)?.reason ?? null).toBe(unavailable);
    expect(isRefusedByDatabase(error)).toBe(refused);
    for (const seen of [error, ...(code?.length === 5 ? [wrapped(code)] : [])]) {
      expect([isTransientDatabaseError(seen), wasTransactionGivenUp(seen), isTransactionTimeout(seen)]).toEqual([
        transient,
        givenUp,
        timeout,
      ]);
    }
  },
);

test.each(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout"])(
  "a socket that broke under Prisma's adapter is a database that is away: %s",
  (kind) => {
    const error = Object.assign(
      new Error("Raw query failed. Code: `N/A`. Message: `Server has closed the connection.`"),
      {
        code: "P2010",
        meta: { driverAdapterError: { name: "DriverAdapterError", cause: { kind } } },
      },
    );
    expect([isTransientDatabaseError(error), wasTransactionGivenUp(error), isTransactionTimeout(error)]).toEqual([
      true,
      false,
      false,
    ]);
  },
);
