import fc from "fast-check";
import { expect, test } from "vitest";
import { assertTransition, ExecutionStatus, isTerminal, transition, TransitionError, type Move } from "./execution";

const everyMove: Move[] = ["claim", "succeed", "retry", "fail", "cancel", "abandon", "skip", "lease_expired", "rearm", "resend", "replay"];

test("no move leaves a terminal status but a resend, a replay and re-arming", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ExecutionStatus.options), fc.constantFrom(...everyMove), (from, move) => {
      if (isTerminal(from) && transition(from, move) !== null) expect(["resend", "replay", "rearm"]).toContain(move);
    }),
  );
});

test("COMPLETED is reached from a running attempt only", () => {
  for (const from of ExecutionStatus.options) {
    for (const move of everyMove) if (transition(from, move) === "COMPLETED") expect([from, move]).toEqual(["RUNNING", "succeed"]);
  }
});

test("a move that is not allowed says from where and which", () => {
  expect(() => assertTransition("COMPLETED", "claim")).toThrow(TransitionError);
  expect(() => assertTransition("COMPLETED", "claim")).toThrow('COMPLETED cannot take the move "claim"');
  expect(assertTransition("PENDING", "claim")).toBe("RUNNING");
});
