import { readConfiguration } from "@/domain/action/read-configuration";
import {
  admission,
  afterAttempts,
  closedBreaker,
  withoutProbe,
  RecentCounts,
  withProbe,
  type Breaker,
} from "@/domain/breaker";
import { giveTurns, release, roomFor, Slots, take, withDurations, type Limits, type Pace } from "@/domain/pace";
import { afterFault, cleanRecord, faultOf, type FaultRecord, type Notice } from "@/domain/switch-off";
import type { Queryable } from "@/server/db/client";
import type { AttemptResult } from "./types";

/** What all processes know of an action's endpoint. The row is locked for the rest of the transaction. */
type Endpoint = {
  breaker: Breaker;
  pace: Pace;
  faults: FaultRecord;
  lastFailure: { executionId: string; message: string } | null;
};
export type Owner = { projectId: string; actionId: string };

/** How often others look while a probe is on the wire, ms. */
const PROBE_POLL_MS = 2_000;
const MESSAGE_MAX = 500;
/** An endpoint that answers sooner has a free slot in a moment: it is waited for. */
const QUICK_MS = 500;

export type Admitted = {
  /** how many of those that asked may go now; their lease tokens, of which the first is the group's */
  tokens: string[];
  /** how many of them at once */
  width: number;
  /** when the others may come again, and why they wait; null where a slot is free in a moment */
  wait: { turns: Date[]; reason: string } | null;
};

/**
 * Lets as many requests go as the endpoint's breaker, slots and rate allow, and gives the others a turn each.
 * @param ask.count requests that are ready; wanted: how many at once; until: when their lease ends
 * @param ask.isPatient whether to be told of slots that are free in a moment in place of turns
 */
export async function admit(
  tx: Queryable,
  owner: Owner,
  limits: Limits,
  ask: { count: number; wanted: number; until: Date; isPatient: boolean; leaseToken: () => string },
  now: Date,
): Promise<Admitted> {
  const at = now.getTime();
  const endpoint = await lockEndpoint(tx, owner);
  let { breaker, pace } = endpoint;
  const gate = admission(breaker, at);
  const room = roomFor(
    pace,
    limits,
    { count: gate.kind === "all" ? ask.count : Math.min(1, ask.count), wanted: ask.wanted },
    at,
  );
  const going = gate.kind === "none" ? 0 : room.count;
  const tokens = Array.from({ length: going }, () => ask.leaseToken());
  if (going > 0)
    pace = take(pace, limits, { token: tokens[0]!, width: room.width, count: going, until: ask.until.getTime() }, at);
  if (gate.kind === "probe" && going > 0)
    breaker = withProbe(breaker, { token: tokens[0]!, until: ask.until.getTime() });

  const left = ask.count - going;
  let wait: Admitted["wait"] = null;
  const isMoment = gate.kind === "all" && limits.maxPerSecond === null && pace.averageMs < QUICK_MS;
  if (left > 0 && !(ask.isPatient && isMoment)) {
    const pausedUntil =
      gate.kind === "none"
        ? breaker.probe
          ? Math.min(gate.until, at + PROBE_POLL_MS)
          : gate.until
        : gate.kind === "probe"
          ? at + PROBE_POLL_MS
          : null;
    const given = giveTurns(pace, limits, left, pausedUntil ?? at);
    pace = given.pace;
    const reason =
      pausedUntil === null
        ? "Waits for its turn: its endpoint has as many requests as its action allows."
        : `Paused until ${clock(pausedUntil)}: its endpoint keeps failing. No attempt is spent meanwhile.`;
    wait = { turns: given.turns.map((turn) => new Date(turn)), reason };
  }
  await saveEndpoint(tx, owner.actionId, { ...endpoint, breaker, pace });
  return { tokens, width: room.width, wait };
}

const clock = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)} UTC`;

/** Something to tell about an endpoint, and the failure that is to blame where there is one. */
export type EndpointNotice = { notice: Notice; failingSince: Date | null; lastFailure: Endpoint["lastFailure"] };

/** Writes what attempts that have ended say about their endpoint, frees their slots, and returns what there is to tell. */
export async function settle(
  tx: Queryable,
  owner: Owner,
  results: readonly AttemptResult[],
  now: Date,
): Promise<EndpointNotice[]> {
  const endpoint = await lockEndpoint(tx, owner);
  let { breaker, faults, lastFailure } = endpoint;
  const notices: EndpointNotice[] = [];
  for (const { claimed, outcome, message } of results) {
    const fault = faultOf(outcome);
    if (fault === "none") {
      breaker = withoutProbe(breaker, claimed.leaseToken);
      continue;
    }
    breaker = afterAttempts(breaker, [{ ok: fault === "success", token: claimed.leaseToken }], now.getTime());
    if (fault === "failure") lastFailure = { executionId: claimed.id, message: message.slice(0, MESSAGE_MAX) };
    const { failingSince } = faults;
    const after = afterFault(faults, fault, now.getTime());
    faults = after.record;
    if (after.notice)
      notices.push({ notice: after.notice, failingSince: date(faults.failingSince ?? failingSince), lastFailure });
  }
  const durations = results
    .filter(({ outcome, durationMs }) => durationMs > 0 && faultOf(outcome) !== "none")
    .map(({ durationMs }) => durationMs);
  const pace = release(
    withDurations(endpoint.pace, durations),
    new Set(results.map(({ claimed }) => claimed.slotToken)),
  );
  await saveEndpoint(tx, owner.actionId, { breaker, pace, faults, lastFailure });
  return notices;
}

/** Forgets how long an endpoint has been failing: somebody has switched its action on again. */
export async function forgive(tx: Queryable, owner: Owner): Promise<void> {
  const endpoint = await lockEndpoint(tx, owner);
  await saveEndpoint(tx, owner.actionId, {
    ...endpoint,
    breaker: closedBreaker,
    faults: { ...cleanRecord, lastSuccessAt: endpoint.faults.lastSuccessAt },
    lastFailure: null,
  });
}

/** Frees the slots of claims whose process has died, and lets another probe go in place of theirs. */
export async function forget(tx: Queryable, owner: Owner, leaseTokens: readonly string[]): Promise<void> {
  const endpoint = await lockEndpoint(tx, owner);
  await saveEndpoint(tx, owner.actionId, {
    ...endpoint,
    breaker: leaseTokens.reduce(withoutProbe, endpoint.breaker),
    pace: release(endpoint.pace, new Set(leaseTokens)),
  });
}

/** What an action gives its endpoint at once and in a second. */
export function limitsOf(actionType: string, configuration: unknown): Limits {
  const read = readConfiguration(actionType, configuration);
  return read.problem === null ? read.type.limitsOf(read.stored) : { maxConcurrent: 1, maxPerSecond: null };
}

type Row = {
  failuresInRow: number;
  /** unparsed */
  recent: unknown;
  openedAt: Date | null;
  openUntil: Date | null;
  pauseMs: number;
  probeToken: string | null;
  probeUntil: Date | null;
  /** unparsed */
  slots: unknown;
  rateAt: number;
  turnAt: number;
  averageMs: number;
  lastSuccessAt: Date | null;
  lastFailureAt: Date | null;
  failingSince: Date | null;
  warnedAt: Date | null;
  warnings: number;
  lastFailureExecutionId: string | null;
  lastFailureMessage: string | null;
};

async function lockEndpoint(tx: Queryable, { projectId, actionId }: Owner): Promise<Endpoint> {
  let [row] = await readLocked(tx, actionId);
  if (!row) {
    await tx.$executeRaw`INSERT INTO action_health (action_id, project_id) VALUES (${actionId}, ${projectId}) ON CONFLICT DO NOTHING`;
    [row] = await readLocked(tx, actionId);
  }
  return toEndpoint(row!);
}

const readLocked = (tx: Queryable, actionId: string): Promise<Row[]> => tx.$queryRaw`
  SELECT failures_in_row AS "failuresInRow", recent, opened_at AS "openedAt", open_until AS "openUntil", pause_ms AS "pauseMs", probe_token AS "probeToken",
    probe_until AS "probeUntil", slots, rate_at AS "rateAt", turn_at AS "turnAt", average_ms AS "averageMs",
    last_success_at AS "lastSuccessAt", last_failure_at AS "lastFailureAt", failing_since AS "failingSince", warned_at AS "warnedAt", warnings,
    last_failure_execution_id AS "lastFailureExecutionId", last_failure_message AS "lastFailureMessage"
  FROM action_health WHERE action_id = ${actionId} FOR UPDATE`;

/** What is known of an endpoint at the moment; null where nothing was ever sent. */
export async function readEndpoint(db: Queryable, actionId: string): Promise<Endpoint | null> {
  const row = await db.actionHealth.findUnique({ where: { actionId } });
  return row && toEndpoint(row);
}

function toEndpoint(row: Row): Endpoint {
  const {
    failuresInRow,
    recent,
    openedAt,
    openUntil,
    pauseMs,
    probeToken,
    probeUntil,
    slots,
    rateAt,
    turnAt,
    averageMs,
    warnings,
  } = row;
  return {
    breaker: {
      failuresInRow,
      recent: RecentCounts.parse(recent),
      openedAt: ms(openedAt),
      openUntil: ms(openUntil),
      pauseMs,
      probe: probeToken !== null && probeUntil ? { token: probeToken, until: probeUntil.getTime() } : null,
    },
    pace: { slots: Slots.parse(slots), rateAt, turnAt, averageMs },
    faults: {
      lastSuccessAt: ms(row.lastSuccessAt),
      lastFailureAt: ms(row.lastFailureAt),
      failingSince: ms(row.failingSince),
      warnedAt: ms(row.warnedAt),
      warnings,
    },
    lastFailure:
      row.lastFailureExecutionId === null
        ? null
        : { executionId: row.lastFailureExecutionId, message: row.lastFailureMessage ?? "" },
  };
}

const ms = (date: Date | null): number | null => date?.getTime() ?? null;
const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

async function saveEndpoint(
  tx: Queryable,
  actionId: string,
  { breaker, pace, faults, lastFailure }: Endpoint,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE action_health SET failures_in_row = ${breaker.failuresInRow}, recent = ${JSON.stringify(breaker.recent)}::jsonb, opened_at = ${date(breaker.openedAt)},
      open_until = ${date(breaker.openUntil)}, pause_ms = ${breaker.pauseMs}, probe_token = ${breaker.probe?.token ?? null}, probe_until = ${date(breaker.probe?.until ?? null)},
      slots = ${JSON.stringify(pace.slots)}::jsonb, rate_at = ${pace.rateAt}, turn_at = ${pace.turnAt}, average_ms = ${pace.averageMs},
      last_success_at = ${date(faults.lastSuccessAt)}, last_failure_at = ${date(faults.lastFailureAt)}, failing_since = ${date(faults.failingSince)},
      warned_at = ${date(faults.warnedAt)}, warnings = ${faults.warnings},
      last_failure_execution_id = ${lastFailure?.executionId ?? null}, last_failure_message = ${lastFailure?.message ?? null}
    WHERE action_id = ${actionId}`;
}
