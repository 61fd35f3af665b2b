import { z } from "zod";

/** The counts of one period of 30 s: [start in epoch ms, attempts, failures]. */
const Recent = z.tuple([z.number(), z.number(), z.number()]);
type Recent = z.infer<typeof Recent>;
/**
 * The schema of the stored `Breaker.recent`. If the stored value cannot be read, the breaker starts counting from zero.
 */
export const RecentAttemptCounts = z.array(Recent).catch([]);

/**
 * The circuit breaker of one endpoint. A closed breaker lets every request out. An open breaker lets no request out
 * until its pause ends. Then one probe goes out. If the probe succeeds, the breaker closes. If it fails, the pause
 * doubles, up to 15 minutes. Times are epoch ms.
 */
export type Breaker = {
  failuresInRow: number;
  /** the attempts of the 5 minutes up to the newest attempt, in parts of 30 s, oldest first */
  recent: readonly Recent[];
  /** the time when the breaker opened; null while it is closed */
  openedAt: number | null;
  /** the end of the pause; null while the breaker is closed */
  openUntil: number | null;
  pauseMs: number;
  /** the lease token of the probe's attempt, and the time when that lease ends; null without a probe on the wire */
  probe: { token: string; until: number } | null;
};

/**
 * The result of one attempt for the breaker. The breaker does not see attempts that failed through this program's own
 * fault.
 */
export type AttemptResultForBreaker = { ok: boolean; token: string };

const FAILURES_IN_ROW = 5;
const ATTEMPTS_MIN = 10;
const FAILURE_SHARE = 0.7;
const PAUSE_MIN_MS = 30_000;
export const BREAKER_PAUSE_MAX_MS = 15 * 60_000;
const WINDOW_MS = 5 * 60_000;
const BUCKET_MS = 30_000;

export const closedBreaker: Breaker = {
  failuresInRow: 0,
  recent: [],
  openedAt: null,
  openUntil: null,
  pauseMs: 0,
  probe: null,
};

/** The requests that a breaker lets out now: all, one probe, or none before `until`. */
export type BreakerAdmission = { kind: "all" } | { kind: "probe" } | { kind: "none"; until: number };

export function decideAdmissionByBreaker(breaker: Breaker, now: number): BreakerAdmission {
  if (breaker.openUntil === null) return { kind: "all" };
  if (now < breaker.openUntil) return { kind: "none", until: breaker.openUntil };
  // The probe's lease ends even if the process that sent the probe died. So a later probe can still close the breaker.
  if (breaker.probe && now < breaker.probe.until) return { kind: "none", until: breaker.probe.until };
  return { kind: "probe" };
}

/**
 * Returns the breaker after some attempts, given in the order in which they ended. Only the result of the probe closes
 * an open breaker or prolongs its pause. Attempts that were on the wire when the breaker opened are only counted.
 */
export function applyAttemptsToBreaker(
  breaker: Breaker,
  attempts: readonly AttemptResultForBreaker[],
  now: number,
): Breaker {
  return attempts.reduce((state, attempt) => afterOne(state, attempt, now), breaker);
}

function afterOne(breaker: Breaker, { ok, token }: AttemptResultForBreaker, now: number): Breaker {
  const counted: Breaker = {
    ...breaker,
    failuresInRow: ok ? 0 : breaker.failuresInRow + 1,
    recent: count(breaker.recent, ok, now),
  };
  if (breaker.openUntil === null) return ok || !isFailing(counted) ? counted : pause(counted, PAUSE_MIN_MS, now);
  if (breaker.probe?.token !== token) return counted;
  // Old attempts are dropped: with them five failures could open the breaker again, without them it takes ten attempts.
  return ok ? closedBreaker : pause(counted, Math.min(2 * breaker.pauseMs, BREAKER_PAUSE_MAX_MS), now);
}

/** Records that the probe is sent. No other request goes out until its lease ends or its result is recorded. */
export const addProbeToBreaker = (breaker: Breaker, probe: { token: string; until: number }): Breaker => ({
  ...breaker,
  probe,
});

/**
 * Ends the breaker's pause now, because a person asked for it. The next request is the probe. A probe on the wire stays
 * the probe.
 */
export const endPauseOfBreaker = (breaker: Breaker, now: number): Breaker =>
  breaker.openUntil === null ? breaker : { ...breaker, openUntil: Math.min(breaker.openUntil, now) };

/**
 * Removes the probe with this lease token, which ended without a result, so that another probe may go out. Any other
 * probe stays.
 */
export const removeProbeFromBreaker = (breaker: Breaker, token: string): Breaker =>
  breaker.probe?.token === token ? { ...breaker, probe: null } : breaker;

function pause(breaker: Breaker, pauseMs: number, now: number): Breaker {
  return { ...breaker, openedAt: breaker.openedAt ?? now, openUntil: now + pauseMs, pauseMs, probe: null };
}

function count(recent: readonly Recent[], ok: boolean, now: number): Recent[] {
  const start = Math.floor(now / BUCKET_MS) * BUCKET_MS;
  const kept = recent.filter(([at]) => at > start - WINDOW_MS && at !== start);
  const [, attempts, failures] = recent.find(([at]) => at === start) ?? [start, 0, 0];
  return [...kept, [start, attempts + 1, failures + (ok ? 0 : 1)]];
}

function isFailing({ failuresInRow, recent }: Breaker): boolean {
  const attempts = recent.reduce((sum, [, each]) => sum + each, 0);
  const failures = recent.reduce((sum, [, , each]) => sum + each, 0);
  return failuresInRow >= FAILURES_IN_ROW && attempts >= ATTEMPTS_MIN && failures >= FAILURE_SHARE * attempts;
}
