const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d{2}(?::?\d{2})?))?)?$/;

/** The least number that counts as epoch milliseconds. Epoch seconds stay below it until the year 5138. */
const MILLIS_MIN = 1e11;
/** The least number that counts as epoch microseconds. Epoch nanoseconds begin at 1e17. */
const MICROS_MIN = 1e14;
const NANOS_MIN = 1e17;
/** Numbers from this one on are too large to be a time in any unit. */
const NANOS_MAX = 1e20;

/**
 * Explains why a number is probably a time in another unit than milliseconds. Null if it may be milliseconds, or is too
 * large for any unit.
 */
export function describeTimeUnitProblem(value: number): string | null {
  if ((value >= MILLIS_MIN && value < MICROS_MIN) || !(value < NANOS_MAX)) return null;
  const [unit, change] =
    value < MILLIS_MIN
      ? ["seconds", "multiply by 1,000"]
      : value < NANOS_MIN
        ? ["microseconds", "divide by 1,000"]
        : ["nanoseconds", "divide by 1,000,000"];
  return (
    `${value} looks like ${unit}; times as numbers are milliseconds since 1970, ` +
    `so ${change}, or send ISO 8601 text`
  );
}

/** Years 1 to 9999 are allowed: ISO 8601 writes them with four digits, and every database stores them. */
const EARLIEST = Date.parse("0001-01-01T00:00:00.000Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Parses an instant from an ISO 8601 date or date-time, or from epoch milliseconds. A date without a zone is UTC.
 * Fractions of a millisecond are cut off.
 * @returns epoch milliseconds; null for anything else, such as a day that does not exist or a time outside of the years
 * 1 to 9999
 */
export function parseInstant(value: unknown): number | null {
  if (typeof value === "number") return inRange(Math.trunc(value));
  if (typeof value !== "string") return null;
  const found = pattern.exec(value);
  if (!found) return null;
  const part = (index: number): number => Number(found[index] ?? 0);
  const ms = Number((found[7] ?? "").padEnd(3, "0").slice(0, 3));
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  date.setUTCHours(hour, minute, second, ms);
  const offset = offsetMinutes(found[8]);
  return offset === null ? null : inRange(date.getTime() - offset * 60_000);
}

function offsetMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || 0);
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function inRange(ms: number): number | null {
  return isInYearsOfCalendar(ms) ? ms : null;
}

/** Tells whether a time, in epoch milliseconds, lies in the years 1 to 9999. */
export const isInYearsOfCalendar = (ms: number): boolean => ms >= EARLIEST && ms <= LATEST;
