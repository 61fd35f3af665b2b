import { expect, test } from "vitest";
import { describeStatusReason, describeLastAttemptResult, describeAttempts, shortenId } from "./describe-execution";

const waiting = { status: "PENDING" as const, responseCode: null };

test("the reason of a status contains no time in the server's zone", () => {
  const statusReason = "Paused until 22:30:00 UTC: its endpoint keeps failing.";
  const wait = { kind: "breaker" as const, until: new Date() };
  expect(describeStatusReason({ ...waiting, wait, statusReason })).toBe("Its endpoint keeps failing");
});

test("a delivery needs a reason only without an answer, because its result is the answer", () => {
  const delivered = { status: "COMPLETED" as const, wait: null };
  const answered = { ...delivered, responseCode: 200, statusReason: "Delivered: answered 200." };
  expect(describeStatusReason(answered)).toBe("");
  const written = { ...delivered, responseCode: null, statusReason: "Delivered: 1 file written." };
  expect(describeStatusReason(written)).toBe("Delivered: 1 file written.");
});

test("an execution that is not due yet says what it waits for", () => {
  const statusReason = "Matched; waits until it has been quiet for 3600 s.";
  expect(describeStatusReason({ ...waiting, wait: { kind: "not due", until: new Date() }, statusReason })).toBe(
    "Matched; waits until it has been quiet for 1 h.",
  );
});

test("the span counts all tries, also those before a resend", () => {
  const at = (seconds: number) => new Date(seconds * 1_000);
  expect(describeAttempts({ attemptCount: 2, startedAt: at(0), finishedAt: at(420) })).toBe("2 tries over 7 min");
  expect(describeAttempts({ attemptCount: 1, startedAt: at(0), finishedAt: at(1) })).toBeNull();
});

test("the last result is a status, an error code or a dash, and a long id is shortened in its middle", () => {
  expect(describeLastAttemptResult({ responseCode: 500, errorCode: "5xx" })).toBe("500");
  expect(describeLastAttemptResult({ responseCode: null, errorCode: "timeout" })).toBe("timeout");
  expect(shortenId("exe_01m8kynyhjj2rw46g28rbsbq89")).toBe("exe_01m8…bq89");
  expect(shortenId("obs-1")).toBe("obs-1");
});
