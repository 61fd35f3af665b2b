import fc from "fast-check";
import { expect, test } from "vitest";
import {
  requireStatusAfterMove,
  ExecutionStatus,
  isTerminalStatus,
  TERMINAL_STATUSES,
  findStatusAfterMove,
  ForbiddenMoveError,
  type ExecutionMove,
} from "./execution";

const table: Record<ExecutionMove, string> = {
  claim: "PENDING→RUNNING",
  succeed: "RUNNING→COMPLETED",
  retry: "RUNNING→PENDING",
  fail: "PENDING→ERROR RUNNING→ERROR",
  cancel: "PENDING→CANCELLED",
  abandon: "RUNNING→CANCELLED",
  skip: "PENDING→SKIPPED",
  lease_expired: "RUNNING→PENDING",
  put_back: "RUNNING→PENDING",
  rearm: "CANCELLED→PENDING",
  resend: "COMPLETED→PENDING ERROR→PENDING CANCELLED→PENDING SKIPPED→PENDING",
};
const everyMove = Object.keys(table) as ExecutionMove[];

test.each(Object.entries(table))("%s is allowed for %s only", (move, expected) => {
  const found = ExecutionStatus.options.flatMap((from) => {
    const to = findStatusAfterMove(from, move as ExecutionMove);
    return to ? [`${from}→${to}`] : [];
  });
  expect(found.join(" ")).toBe(expected);
});

test("COMPLETED, ERROR, CANCELLED and SKIPPED are terminal", () => {
  expect(ExecutionStatus.options.filter(isTerminalStatus)).toEqual([...TERMINAL_STATUSES]);
  expect([...TERMINAL_STATUSES]).toEqual(["COMPLETED", "ERROR", "CANCELLED", "SKIPPED"]);
});

test("no move leaves a terminal status but a resend and re-arming", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ExecutionStatus.options),
      fc.array(fc.constantFrom(...everyMove), { maxLength: 50 }),
      (start, walk) => {
        let status = start;
        for (const move of walk) {
          const to = findStatusAfterMove(status, move);
          if (isTerminalStatus(status) && !["resend", "rearm"].includes(move)) expect(to).toBeNull();
          else status = to ?? status;
        }
      },
    ),
  );
});

test("COMPLETED is reached from a running attempt only", () => {
  for (const from of ExecutionStatus.options) {
    for (const move of everyMove)
      if (findStatusAfterMove(from, move) === "COMPLETED") expect([from, move]).toEqual(["RUNNING", "succeed"]);
  }
});

test("the error of a forbidden move names the status and the move", () => {
  expect(() => requireStatusAfterMove("COMPLETED", "claim")).toThrow(ForbiddenMoveError);
  expect(() => requireStatusAfterMove("COMPLETED", "claim")).toThrow('COMPLETED cannot take the move "claim"');
  expect(requireStatusAfterMove("PENDING", "claim")).toBe("RUNNING");
});
