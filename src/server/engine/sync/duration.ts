const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Parses a duration in Inngest's form to ms: "1m30s", "10s", "1.5h", "7d". Null for any other text. */
export function parseDuration(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) return null;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNIT_MS[part[2] ?? ""] ?? 0), 0);
}

/**
 * Returns the end of a wait, in ms since 1970. `name` is a duration from now or a date; "" means no wait. Null if it is
 * neither.
 */
export function parseWaitEnd(name: string, nowMs: number): number | null {
  if (name === "") return nowMs;
  const duration = parseDuration(name);
  if (duration !== null) return nowMs + duration;
  const date = Date.parse(name);
  return Number.isNaN(date) ? null : date;
}
