import { closedBreaker, RecentAttemptCounts, breakerWithoutProbe, type Breaker } from "@/domain/breaker";
import { returnSlots, EndpointSlots, type EndpointPace } from "@/domain/endpoint-pace";
import { emptyFaultRecord, type EndpointFaultRecord } from "@/domain/switch-off";
import { Prisma } from "@/generated/prisma/client";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ActionRef } from "../action-ref";

/**
 * The state of an action's endpoint, which all processes share through the table action_health: breaker, slots and
 * rate, record of faults, and last failure.
 */
export type EndpointHealth = {
  breaker: Breaker;
  pace: EndpointPace;
  faults: EndpointFaultRecord;
  lastFailure: { executionId: string; message: string } | null;
};
/** The health of an endpoint with its revision. A write succeeds only if the stored revision is still this one. */
export type EndpointHealthWithRevision = EndpointHealth & { revision: number };

export type EndpointHealthRow = {
  revision: number;
  failuresInRow: number;
  /** JSON that is not parsed yet */
  recent: unknown;
  openedAt: Date | null;
  openUntil: Date | null;
  pauseMs: number;
  probeToken: string | null;
  probeUntil: Date | null;
  /** JSON that is not parsed yet */
  slots: unknown;
  rateAt: number;
  lastSuccessAt: Date | null;
  lastFailureAt: Date | null;
  failingSince: Date | null;
  warnedAt: Date | null;
  warnings: number;
  lastFailureExecutionId: string | null;
  lastFailureMessage: string | null;
};

/** SQL: the selected columns that make an `EndpointHealthRow`, from the table action_health AS h. */
export const endpointHealthColumnsSql = Prisma.raw(`
  h.revision, h.failures_in_row AS "failuresInRow", h.recent, h.opened_at AS "openedAt", h.open_until AS "openUntil",
  h.pause_ms AS "pauseMs", h.probe_token AS "probeToken", h.probe_until AS "probeUntil", h.slots, h.rate_at AS "rateAt",
  h.last_success_at AS "lastSuccessAt", h.last_failure_at AS "lastFailureAt", h.failing_since AS "failingSince",
  h.warned_at AS "warnedAt", h.warnings,
  h.last_failure_execution_id AS "lastFailureExecutionId", h.last_failure_message AS "lastFailureMessage"`);

/** Reads the health of an action's endpoint. Null if the action never had a wake and nobody has changed its health. */
export async function readEndpointHealth(
  db: DatabaseOrTransaction,
  actionId: string,
): Promise<EndpointHealthWithRevision | null> {
  const [row] = await db.$queryRaw<EndpointHealthRow[]>`/* prepared */
    SELECT ${endpointHealthColumnsSql} FROM action_health h WHERE h.action_id = ${actionId}`;
  return row ? toEndpointHealth(row) : null;
}

export function toEndpointHealth(row: EndpointHealthRow): EndpointHealthWithRevision {
  const { revision, failuresInRow, recent, openedAt, openUntil, pauseMs, probeToken, probeUntil, slots, rateAt } = row;
  return {
    revision,
    breaker: {
      failuresInRow,
      recent: RecentAttemptCounts.parse(recent),
      openedAt: ms(openedAt),
      openUntil: ms(openUntil),
      pauseMs,
      probe: probeToken !== null && probeUntil ? { token: probeToken, until: probeUntil.getTime() } : null,
    },
    pace: { slots: EndpointSlots.parse(slots), rateAt },
    faults: {
      lastSuccessAt: ms(row.lastSuccessAt),
      lastFailureAt: ms(row.lastFailureAt),
      failingSince: ms(row.failingSince),
      warnedAt: ms(row.warnedAt),
      warnings: row.warnings,
    },
    lastFailure:
      row.lastFailureExecutionId === null
        ? null
        : { executionId: row.lastFailureExecutionId, message: row.lastFailureMessage ?? "" },
  };
}

const ms = (date: Date | null): number | null => date?.getTime() ?? null;
const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/**
 * Writes the health of an endpoint if its stored revision is still the one that was read. No lock is held between the
 * read and the write.
 * @returns the health with its new revision; null if another process changed it first
 */
export async function writeEndpointHealthIfUnchanged(
  db: DatabaseOrTransaction,
  actionId: string,
  { revision, breaker, pace, faults, lastFailure }: EndpointHealthWithRevision,
): Promise<EndpointHealthWithRevision | null> {
  const count = await db.$executeRaw`/* prepared */
    UPDATE action_health SET revision = revision + 1,
      failures_in_row = ${breaker.failuresInRow}, recent = ${JSON.stringify(breaker.recent)}::jsonb,
        opened_at = ${date(breaker.openedAt)},
      open_until = ${date(breaker.openUntil)}, pause_ms = ${breaker.pauseMs},
        probe_token = ${breaker.probe?.token ?? null}, probe_until = ${date(breaker.probe?.until ?? null)},
      slots = ${JSON.stringify(pace.slots)}::jsonb, rate_at = ${pace.rateAt},
      last_success_at = ${date(faults.lastSuccessAt)}, last_failure_at = ${date(faults.lastFailureAt)},
        failing_since = ${date(faults.failingSince)},
      warned_at = ${date(faults.warnedAt)}, warnings = ${faults.warnings},
      last_failure_execution_id = ${lastFailure?.executionId ?? null},
        last_failure_message = ${lastFailure?.message ?? null}
    WHERE action_id = ${actionId} AND revision = ${revision}`;
  return count === 1 ? { revision: revision + 1, breaker, pace, faults, lastFailure } : null;
}

/**
 * Reads the health of an endpoint, changes it and writes it. If another process wrote meanwhile, it reads again and
 * repeats the change. An action without health gets the health of an endpoint that was never tried.
 */
export async function changeEndpointHealth(
  db: DatabaseOrTransaction,
  { projectId, actionId }: ActionRef,
  change: (health: EndpointHealth) => EndpointHealth,
): Promise<EndpointHealthWithRevision> {
  let before = await readEndpointHealth(db, actionId);
  for (;;) {
    if (!before) {
      await db.$executeRaw`INSERT INTO action_health (action_id, project_id) VALUES (${actionId}, ${projectId})
        ON CONFLICT DO NOTHING`;
      before = (await readEndpointHealth(db, actionId))!;
    }
    const after = await writeEndpointHealthIfUnchanged(db, actionId, { ...change(before), revision: before.revision });
    if (after) return after;
    before = await readEndpointHealth(db, actionId);
  }
}

/**
 * Clears the failures of an endpoint and closes its breaker, for an action that somebody switches on again. The time of
 * the last success stays.
 */
export const healthWithoutFailures = (health: EndpointHealth): EndpointHealth => ({
  ...health,
  breaker: closedBreaker,
  faults: { ...emptyFaultRecord, lastSuccessAt: health.faults.lastSuccessAt },
  lastFailure: null,
});

/**
 * Frees the endpoint slots of claims, by their lease tokens. If one of these requests was the breaker's probe, another
 * probe may leave.
 */
export const freeClaimedSlots =
  (tokens: readonly string[]) =>
  (health: EndpointHealth): EndpointHealth => ({
    ...health,
    breaker: tokens.reduce(breakerWithoutProbe, health.breaker),
    pace: returnSlots(health.pace, new Map(tokens.map((token) => [token, Infinity]))),
  });
