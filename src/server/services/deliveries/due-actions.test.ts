import { expect, it } from "vitest";
import { closedBreaker } from "@/domain/breaker";
import { defaultEndpointLimits, initialEndpointPace } from "@/domain/endpoint-pace";
import { ACTION_AT_WORK_MS, ENGINE_BEHIND_MS, explainWait } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";
import { useTestContext } from "@/test/use-test-context";
import { isEngineBehindSql } from "./due-actions";

const { ctx } = useTestContext({ start: new Date("2026-02-01T12:00:00Z") });

/** Ages around a limit, in ms: one below it, the limit, one above it, and far from it. */
const around = (limitMs: number): number[] => [0, limitMs - 1, limitMs, limitMs + 1, limitMs * 3];

/** Tells what the page of an execution says: whether its only reason to wait is an engine that is behind. */
function isBehindOnPage(dueAt: Date, faults: { lastSuccessAt: Date | null; lastFailureAt: Date | null }): boolean {
  const health = {
    breaker: closedBreaker,
    pace: initialEndpointPace,
    faults: {
      lastSuccessAt: faults.lastSuccessAt?.getTime() ?? null,
      lastFailureAt: faults.lastFailureAt?.getTime() ?? null,
    },
  };
  const execution = { dueAt, reason: "", isResend: false, bodyRemoved: false };
  const action = { deleted: false, off: false, paused: null, limits: defaultEndpointLimits };
  return (
    explainWait(execution, { projectDeleted: false, triggerDeleted: false, action, health }, ctx.now()).kind ===
    "engine"
  );
}

it("the statements and the page of an execution agree to the millisecond that the engine is behind", async () => {
  const before = (ageMs: number | null): Date | null => (ageMs === null ? null : new Date(ctx.now().getTime() - ageMs));
  const sent = [null, ...around(ACTION_AT_WORK_MS)];
  const cases = around(ENGINE_BEHIND_MS).flatMap((dueForMs) =>
    sent.flatMap((success) => sent.map((failure) => ({ dueForMs, success, failure }))),
  );
  const rows = cases.map(({ dueForMs, success, failure }, index) => {
    const times = [before(dueForMs), before(success), before(failure)];
    return Prisma.sql`(${index}::int, ${times[0]}::timestamptz, ${times[1]}::timestamptz, ${times[2]}::timestamptz)`;
  });
  const found = await ctx.db.$queryRaw<{ isBehind: boolean }[]>`
    SELECT ${isEngineBehindSql(Prisma.sql`h.due_at`, ctx.now())} AS "isBehind"
    FROM (VALUES ${Prisma.join(rows)}) AS h (index, due_at, last_success_at, last_failure_at) ORDER BY h.index`;
  const shown = cases.map(({ dueForMs, success, failure }) =>
    isBehindOnPage(before(dueForMs)!, { lastSuccessAt: before(success), lastFailureAt: before(failure) }),
  );
  expect(cases.map((one, index) => ({ ...one, isBehind: found[index]!.isBehind }))).toEqual(
    cases.map((one, index) => ({ ...one, isBehind: shown[index] })),
  );
  expect(new Set(shown)).toEqual(new Set([true, false]));
});
