import { z } from "zod";

/** The counts of 30 s: [start in epoch ms, attempts, failures]. */
const Recent = z.tuple([z.number(), z.number(), z.number()]);
type Recent = z.infer<typeof Recent>;
/** The stored form of `Breaker.recent`. If it cannot be read, counting starts again. */
export const RecentCounts = z.array(Recent).catch([]);

/**
 * The circuit breaker of one endpoint. A closed breaker lets every request out. An open breaker lets none out until its
 * pause ends. Then one probe goes out. Its success closes the breaker; its failure doubles the pause. Times are epoch
 * ms.
 */
export type Breaker = {
  failuresInRow: number;
  /** the last 5 minutes, oldest first */
  recent: readonly Recent[];
  /** null while closed */
  openedAt: number | null;
  /** end of the pause; null while closed */
  openUntil: number | null;
  pauseMs: number;
  /** the lease token of the probe's attempt, and when its lease ends */
  probe: { token: string; until: number } | null;
};

/** The outcome of one attempt for the breaker. Attempts that failed through this program's own fault are left out. */
export type BreakerAttempt = { ok: boolean; token: string };

const FAILURES_IN_ROW = 5;
const ATTEMPTS_MIN = 10;
const FAILURE_SHARE = 0.7;
const PAUSE_MIN_MS = 30_000;
export const PAUSE_MAX_MS = 15 * 60_000;
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

/** The breaker lets through all requests, one probe, or none before `until`. */
export type Admission = { kind: "all" } | { kind: "probe" } | { kind: "none"; until: number };

export function admission(breaker: Breaker, now: number): Admission {
  if (breaker.openUntil === null) return { kind: "all" };
  if (now < breaker.openUntil) return { kind: "none", until: breaker.openUntil };
  // The lease of a probe ends, so that a dead process does not keep the breaker open for ever.
  if (breaker.probe && now < breaker.probe.until) return { kind: "none", until: breaker.probe.until };
  return { kind: "probe" };
}

/**
 * Returns the breaker after these attempts, in the order in which they ended. Only its probe changes an open breaker.
 * Attempts that were on the wire when it opened are counted, but neither close it nor prolong the pause.
 */
export function afterAttempts(breaker: Breaker, attempts: readonly BreakerAttempt[], now: number): Breaker {
  return attempts.reduce((state, attempt) => afterOne(state, attempt, now), breaker);
}

function afterOne(breaker: Breaker, { ok, token }: BreakerAttempt, now: number): Breaker {
  const counted: Breaker = {
    ...breaker,
    failuresInRow: ok ? 0 : breaker.failuresInRow + 1,
    recent: count(breaker.recent, ok, now),
  };
  if (breaker.openUntil === null) return ok || !isFailing(counted) ? counted : pause(counted, PAUSE_MIN_MS, now);
  if (breaker.probe?.token !== token) return counted;
  // Counts from before the pause must not open the breaker again at the first failure after it.
  return ok ? closedBreaker : pause(counted, Math.min(2 * breaker.pauseMs, PAUSE_MAX_MS), now);
}

/** Marks the probe as sent. No other request goes out until its lease ends or its outcome is recorded. */
export const withProbe = (breaker: Breaker, probe: { token: string; until: number }): Breaker => ({
  ...breaker,
  probe,
});

/** Ends the pause now, for a person: the next request is the probe. A probe that is on the wire stays the probe. */
export const endPause = (breaker: Breaker, now: number): Breaker =>
  breaker.openUntil === null ? breaker : { ...breaker, openUntil: Math.min(breaker.openUntil, now) };

/** Removes a probe that ended without an outcome, so that another probe may go out. */
export const withoutProbe = (breaker: Breaker, token: string): Breaker =>
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
