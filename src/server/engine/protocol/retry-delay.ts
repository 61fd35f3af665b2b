const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Inngest's waits before a retry, in ms. The first entry follows the first failed try. The last entry holds for all
 * later tries.
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
 * Returns how many ms to wait after try `attempt` (counted from 0) has failed: the table's wait plus 0 to 30 s at
 * random.
 */
export function computeBackoffWithJitter(attempt: number): number {
  const wait = WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? HOUR;
  return wait + Math.random() * JITTER_MAX_MS;
}

/**
 * Parses a Retry-After header (whole seconds or an ISO date, as the SDK writes it) to ms, between 1 s and 24 h. Null if
 * the header is missing or unreadable.
 */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | null {
  if (!header) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * SECOND : Date.parse(header) - nowMs;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, SECOND), 24 * HOUR);
}
