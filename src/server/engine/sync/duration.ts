const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a duration as Inngest writes them: "1m30s", "10s", "1.5h", "7d". null if it is none. */
export function parseDuration(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) return null;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNIT_MS[part[2] ?? ""] ?? 0), 0);
}

/** When a wait named by an op ends: a duration from now, or a date. An empty name is a wait of nothing. */
export function parseDue(name: string, nowMs: number): number | null {
  if (name === "") return nowMs;
  const duration = parseDuration(name);
  if (duration !== null) return nowMs + duration;
  const date = Date.parse(name);
  return Number.isNaN(date) ? null : date;
}
