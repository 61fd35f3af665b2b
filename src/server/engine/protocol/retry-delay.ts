const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Inngest's table of waits, ms: the nth entry follows the nth failed try. The last entry holds for all further tries.
 */
const WAITS_MS = [
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  40 * MINUTE,
  HOUR,
  2 * HOUR,
];
const JITTER_MAX_MS = 30 * SECOND;

/**
 * Returns the milliseconds to wait after try number `attempt` (counted from 0) has failed: the table plus 0 to 30 s.
 */
export function backoffWithJitter(attempt: number): number {
  const wait = WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? HOUR;
  return wait + Math.random() * JITTER_MAX_MS;
}

/**
 * Returns the milliseconds of a Retry-After header, between 1 s and 24 h. The SDK writes whole seconds or an ISO date.
 * Null without a header, or if it cannot be read.
 */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | null {
  if (!header) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * SECOND : Date.parse(header) - nowMs;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, SECOND), 24 * HOUR);
}
