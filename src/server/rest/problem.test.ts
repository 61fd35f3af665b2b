import { expect, test } from "vitest";
import type { Logger } from "@/server/log";
import { AppError } from "@/server/errors";
import { logFailedCall, toProblemError } from "./problem";

const away = Object.assign(new Error("terminating connection"), { code: "57P01" });

test("a database that is away is 503 with a time to come back, and nothing of its error", () => {
  const problem = toProblemError(away);
  expect(problem).toMatchObject({ code: "unavailable", status: 503, headers: { "retry-after": "5" } });
  expect(problem!.message).not.toContain("terminating");
});

test.each([
  ["an unforeseen error", new Error("x is undefined"), ["error"]],
  ["a database that is away", away, ["warn"]],
  ["a server without room", new AppError("UNAVAILABLE", "This server stops."), ["warn"]],
  ["a mistake of the caller", new AppError("BAD_REQUEST", "Enter a name."), []],
  ["an error about a mistake, with a lost connection as its cause", new AppError("CONFLICT", "x", { cause: away }), []],
])("the log has a line for %s at its level", (_what, error, expected) => {
  const levels: string[] = [];
  const log = { warn: () => levels.push("warn"), error: () => levels.push("error") } as unknown as Logger;
  logFailedCall(log, { what: "a call", error });
  expect(levels).toEqual(expected);
});
