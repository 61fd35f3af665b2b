const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Formats a date as `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `4 d ago`, or `in 40 s`. From 30 days away on, it
 * is the date in UTC.
 */
export function formatRelativeTime(date: Date, now: number): string {
  const distance = date.getTime() - now;
  const size = Math.abs(distance);
  if (size < 1_500) return "just now";
  if (size >= 30 * DAY) return utcDate(date);
  return distance > 0 ? `in ${amount(rounded(size))}` : `${amount(size)} ago`;
}

/**
 * Adds half a unit to a wait, because `amount` cuts minutes, hours and days. So a wait of 24 hours that began a moment
 * ago reads as `1 d`, and not as `23 h`.
 */
function rounded(ms: number): number {
  if (ms < MINUTE) return ms;
  return ms + (ms < HOUR ? MINUTE : ms < DAY ? HOUR : DAY) / 2;
}

/** Formats the time between a date and now as `40 s`, `5 min`, `3 h` or `4 d`. */
export const formatTimeBetween = (date: Date, now: number): string => amount(Math.abs(date.getTime() - now));

function amount(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / 1_000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** Formats a date as `22 Nov 2026`, in UTC. */
function utcDate(date: Date): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(
    date,
  );
}

const full: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
};

/**
 * Formats a time as `22 Nov 2026, 23:36:04` in the reader's zone. It works only in the browser, because the server has
 * another zone.
 */
export function formatLocalTime(date: Date): string {
  return new Intl.DateTimeFormat("en-GB", full).format(date);
}

/** Formats a time as `22 Nov 2026, 23:36:04`, in UTC. */
export function formatUtcTime(date: Date): string {
  return new Intl.DateTimeFormat("en-GB", { ...full, timeZone: "UTC" }).format(date);
}

/** Returns the name of the reader's zone, such as `Europe/Berlin`. */
export function readLocalTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
