import { closedBreaker, RecentAttemptCounts, removeProbeFromBreaker, type Breaker } from "@/domain/breaker";
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
  /** the counts of recent attempts, as JSON that is not parsed yet */
  recent: unknown;
  openedAt: Date | null;
  openUntil: Date | null;
  pauseMs: number;
  probeToken: string | null;
  probeUntil: Date | null;
  /** the slots of the endpoint, as JSON that is not parsed yet */
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

type HealthToWrite = { actionId: string; health: EndpointHealthWithRevision };

/**
 * Writes the health of endpoints, each only if its stored revision is still the one that was read. No lock is held
 * between the read and the write.
 * @param changes at most one change of each action
 * @returns for each change the health with its new revision; null if another process changed it first
 */
export async function writeEndpointHealthsIfUnchanged(
  db: DatabaseOrTransaction,
  changes: readonly HealthToWrite[],
): Promise<(EndpointHealthWithRevision | null)[]> {
  if (changes.length === 0) return [];
  const json = JSON.stringify(changes.map(toHealthRow));
  // Every statement locks these rows in the order of their ids, against deadlocks.
  const written = await db.$queryRaw<{ actionId: string }[]>`/* prepared */
    WITH r AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${json}::json) AS r("actionId" text, revision int, "failuresInRow" int,
        recent jsonb, "openedAt" timestamptz, "openUntil" timestamptz, "pauseMs" int, "probeToken" text,
        "probeUntil" timestamptz, slots jsonb, "rateAt" float8, "lastSuccessAt" timestamptz,
        "lastFailureAt" timestamptz, "failingSince" timestamptz, "warnedAt" timestamptz, warnings int,
        "lastFailureExecutionId" text, "lastFailureMessage" text)
    ), locked AS MATERIALIZED (
      SELECT h.action_id FROM action_health h
      WHERE h.action_id = ANY(ARRAY(SELECT "actionId" FROM r)) ORDER BY h.action_id FOR NO KEY UPDATE
    )
    UPDATE action_health AS h SET revision = h.revision + 1,
      failures_in_row = r."failuresInRow", recent = r.recent, opened_at = r."openedAt", open_until = r."openUntil",
      pause_ms = r."pauseMs", probe_token = r."probeToken", probe_until = r."probeUntil", slots = r.slots,
      rate_at = r."rateAt", last_success_at = r."lastSuccessAt", last_failure_at = r."lastFailureAt",
      failing_since = r."failingSince", warned_at = r."warnedAt", warnings = r.warnings,
      last_failure_execution_id = r."lastFailureExecutionId", last_failure_message = r."lastFailureMessage"
    FROM r WHERE h.action_id = r."actionId" AND h.revision = r.revision AND (SELECT count(*) FROM locked) > 0
    RETURNING h.action_id AS "actionId"`;
  const ids = new Set(written.map(({ actionId }) => actionId));
  return changes.map(({ actionId, health }) =>
    ids.has(actionId) ? { ...health, revision: health.revision + 1 } : null,
  );
}

const toHealthRow = ({ actionId, health }: HealthToWrite): EndpointHealthRow & { actionId: string } => ({
  actionId,
  revision: health.revision,
  failuresInRow: health.breaker.failuresInRow,
  recent: health.breaker.recent,
  openedAt: date(health.breaker.openedAt),
  openUntil: date(health.breaker.openUntil),
  pauseMs: health.breaker.pauseMs,
  probeToken: health.breaker.probe?.token ?? null,
  probeUntil: date(health.breaker.probe?.until ?? null),
  slots: health.pace.slots,
  rateAt: health.pace.rateAt,
  lastSuccessAt: date(health.faults.lastSuccessAt),
  lastFailureAt: date(health.faults.lastFailureAt),
  failingSince: date(health.faults.failingSince),
  warnedAt: date(health.faults.warnedAt),
  warnings: health.faults.warnings,
  lastFailureExecutionId: health.lastFailure?.executionId ?? null,
  lastFailureMessage: health.lastFailure?.message ?? null,
});

/** Writes the health of one endpoint as `writeEndpointHealthsIfUnchanged` does. */
export async function writeEndpointHealthIfUnchanged(
  db: DatabaseOrTransaction,
  actionId: string,
  health: EndpointHealthWithRevision,
): Promise<EndpointHealthWithRevision | null> {
  const [written] = await writeEndpointHealthsIfUnchanged(db, [{ actionId, health }]);
  return written ?? null;
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
export const clearFailuresOfHealth = (health: EndpointHealth): EndpointHealth => ({
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
    breaker: tokens.reduce(removeProbeFromBreaker, health.breaker),
    pace: returnSlots(health.pace, new Map(tokens.map((token) => [token, Infinity]))),
  });
