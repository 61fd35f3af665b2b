import { z } from "zod";

/** Counts of 30 s: [start in epoch ms, attempts, failures]. */
const Recent = z.tuple([z.number(), z.number(), z.number()]);
type Recent = z.infer<typeof Recent>;
/** The stored form of `Breaker.recent`. Counts that cannot be read begin anew. */
export const RecentCounts = z.array(Recent).catch([]);

/**
 * The circuit breaker of one endpoint. Closed: everything goes out. Open: nothing does until the pause ends; then one
 * probe decides whether it closes or pauses for twice as long. Times are epoch ms.
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
  /** whose attempt is the probe, and until when nobody else takes its place */
  probe: { token: string; until: number } | null;
};

/** One attempt as the breaker sees it. Faults of ours are not the endpoint's, and are left out. */
export type Seen = { ok: boolean; token: string };

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

/** What the breaker lets through: everything, one probe, or nothing before `until`. */
export type Admission = { kind: "all" } | { kind: "probe" } | { kind: "none"; until: number };

export function admission(breaker: Breaker, now: number): Admission {
  if (breaker.openUntil === null) return { kind: "all" };
  if (now < breaker.openUntil) return { kind: "none", until: breaker.openUntil };
  // A probe whose process has died must not keep the breaker open for ever: its lease ends.
  if (breaker.probe && now < breaker.probe.until) return { kind: "none", until: breaker.probe.until };
  return { kind: "probe" };
}

/**
 * The breaker after attempts have ended, in their order. While it is open only its probe moves it: what was on the wire
 * when it opened is counted and says nothing about now.
 */
export function afterAttempts(breaker: Breaker, seen: readonly Seen[], now: number): Breaker {
  return seen.reduce((state, attempt) => afterOne(state, attempt, now), breaker);
}

function afterOne(breaker: Breaker, { ok, token }: Seen, now: number): Breaker {
  const counted: Breaker = {
    ...breaker,
    failuresInRow: ok ? 0 : breaker.failuresInRow + 1,
    recent: count(breaker.recent, ok, now),
  };
  if (breaker.openUntil === null) return ok || !isFailing(counted) ? counted : pause(counted, PAUSE_MIN_MS, now);
  if (breaker.probe?.token !== token) return counted;
  // What was counted before the pause must not open it again at the first failure after it.
  return ok ? closedBreaker : pause(counted, Math.min(2 * breaker.pauseMs, PAUSE_MAX_MS), now);
}

/** The probe is on its way: until its lease ends, or its outcome is recorded, nothing else goes out. */
export const withProbe = (breaker: Breaker, probe: { token: string; until: number }): Breaker => ({
  ...breaker,
  probe,
});

/** A person does not wait for the end of the pause: the next request is the probe. A probe on the wire stays it. */
export const endPause = (breaker: Breaker, now: number): Breaker =>
  breaker.openUntil === null ? breaker : { ...breaker, openUntil: Math.min(breaker.openUntil, now) };

/** A probe that came to nothing, neither good nor bad: another one may go. */
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
