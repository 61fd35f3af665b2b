import { getActionType } from "@/domain/action/registry";
import { admission, afterAttempts, withoutProbe, withProbe, type Breaker, type Recent } from "@/domain/breaker";
import { giveTurns, release, roomFor, take, withDurations, type Limits, type Pace, type Slot } from "@/domain/pace";
import { faultOf } from "@/domain/switch-off";
import type { Queryable } from "@/server/db/client";
import type { AttemptResult } from "./types";

/** What all processes know of an action's endpoint. The row is locked for the rest of the transaction. */
type Endpoint = { breaker: Breaker; pace: Pace };
type Owner = { projectId: string; actionId: string };

/** How often others look while a probe is on the wire, ms. */
const PROBE_POLL_MS = 2_000;
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
  const before = await lockEndpoint(tx, owner);
  let { breaker, pace } = before;
  const gate = admission(breaker, at);
  const room = roomFor(pace, limits, { count: gate.kind === "all" ? ask.count : Math.min(1, ask.count), wanted: ask.wanted }, at);
  const going = gate.kind === "none" ? 0 : room.count;
  const tokens = Array.from({ length: going }, () => ask.leaseToken());
  if (going > 0) pace = take(pace, limits, { token: tokens[0]!, width: room.width, count: going, until: ask.until.getTime() }, at);
  if (gate.kind === "probe" && going > 0) breaker = withProbe(breaker, { token: tokens[0]!, until: ask.until.getTime() });

  const left = ask.count - going;
  let wait: Admitted["wait"] = null;
  const isMoment = gate.kind === "all" && limits.maxPerSecond === null && pace.averageMs < QUICK_MS;
  if (left > 0 && !(ask.isPatient && isMoment)) {
    const pausedUntil = gate.kind === "none" ? (breaker.probe ? Math.min(gate.until, at + PROBE_POLL_MS) : gate.until) : gate.kind === "probe" ? at + PROBE_POLL_MS : null;
    const given = giveTurns(pace, limits, left, pausedUntil ?? at);
    pace = given.pace;
    const reason = pausedUntil === null ? "Waits for its turn: its endpoint has as many requests as its action allows." : `Paused until ${clock(pausedUntil)}: its endpoint keeps failing. No attempt is spent meanwhile.`;
    wait = { turns: given.turns.map((turn) => new Date(turn)), reason };
  }
  await saveEndpoint(tx, owner.actionId, { breaker, pace });
  return { tokens, width: room.width, wait };
}

const clock = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)} UTC`;

/** Writes what attempts that have ended say about their endpoint, and frees their slots. */
export async function settle(tx: Queryable, owner: Owner, results: readonly AttemptResult[], now: Date): Promise<void> {
  const { breaker, pace } = await lockEndpoint(tx, owner);
  const seen = results.flatMap(({ claimed, outcome }) => {
    const fault = faultOf(outcome);
    return fault === "none" ? [] : [{ ok: fault === "success", token: claimed.leaseToken }];
  });
  const ours = results.filter(({ outcome }) => faultOf(outcome) === "none");
  const after = afterAttempts(breaker, seen, now.getTime());
  await saveEndpoint(tx, owner.actionId, {
    breaker: ours.reduce((state, { claimed }) => withoutProbe(state, claimed.leaseToken), after),
    pace: release(
      withDurations(pace, results.filter(({ durationMs }) => durationMs > 0).map(({ durationMs }) => durationMs)),
      new Set(results.map(({ claimed }) => claimed.slotToken)),
    ),
  });
}

/** Frees the slots of claims whose process has died, and lets another probe go in place of theirs. */
export async function forget(tx: Queryable, owner: Owner, leaseTokens: readonly string[]): Promise<void> {
  const { breaker, pace } = await lockEndpoint(tx, owner);
  await saveEndpoint(tx, owner.actionId, { breaker: leaseTokens.reduce(withoutProbe, breaker), pace: release(pace, new Set(leaseTokens)) });
}

/** What an action gives its endpoint at once and in a second. */
export function limitsOf(actionType: string, configuration: unknown): Limits {
  return getActionType(actionType)?.limitsOf(configuration) ?? { maxConcurrent: 1, maxPerSecond: null };
}

type Row = {
  failuresInRow: number;
  recent: Recent[];
  openedAt: Date | null;
  openUntil: Date | null;
  pauseMs: number;
  probeToken: string | null;
  probeUntil: Date | null;
  slots: Slot[];
  rateAt: number;
  turnAt: number;
  averageMs: number;
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
    probe_until AS "probeUntil", slots, rate_at AS "rateAt", turn_at AS "turnAt", average_ms AS "averageMs"
  FROM action_health WHERE action_id = ${actionId} FOR UPDATE`;

/** What is known of an endpoint at the moment; null where nothing was ever sent. */
export async function readEndpoint(db: Queryable, actionId: string): Promise<(Endpoint & { lastSuccessAt: Date | null }) | null> {
  const row = await db.actionHealth.findUnique({ where: { actionId } });
  return row && { ...toEndpoint(row as unknown as Row), lastSuccessAt: row.lastSuccessAt };
}

/** Breaker and pace out of their row. */
function toEndpoint({ failuresInRow, recent, openedAt, openUntil, pauseMs, probeToken, probeUntil, slots, rateAt, turnAt, averageMs }: Row): Endpoint {
  return {
    breaker: {
      failuresInRow,
      recent,
      openedAt: openedAt?.getTime() ?? null,
      openUntil: openUntil?.getTime() ?? null,
      pauseMs,
      probe: probeToken !== null && probeUntil ? { token: probeToken, until: probeUntil.getTime() } : null,
    },
    pace: { slots, rateAt, turnAt, averageMs },
  };
}

const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

async function saveEndpoint(tx: Queryable, actionId: string, { breaker, pace }: Endpoint): Promise<void> {
  await tx.$executeRaw`
    UPDATE action_health SET failures_in_row = ${breaker.failuresInRow}, recent = ${JSON.stringify(breaker.recent)}::jsonb, opened_at = ${date(breaker.openedAt)},
      open_until = ${date(breaker.openUntil)}, pause_ms = ${breaker.pauseMs}, probe_token = ${breaker.probe?.token ?? null}, probe_until = ${date(breaker.probe?.until ?? null)},
      slots = ${JSON.stringify(pace.slots)}::jsonb, rate_at = ${pace.rateAt}, turn_at = ${pace.turnAt}, average_ms = ${pace.averageMs}
    WHERE action_id = ${actionId}`;
}
