/** The time range of a backfill. The range includes `from` and excludes `to`. */
export type BackfillRange = { from: Date; to: Date };

export const backfillRangePresets = [
  { value: "1h", label: "Last hour", ms: 60 * 60_000 },
  { value: "24h", label: "Last 24 hours", ms: 24 * 60 * 60_000 },
  { value: "7d", label: "Last 7 days", ms: 7 * 24 * 60 * 60_000 },
  { value: "30d", label: "Last 30 days", ms: 30 * 24 * 60 * 60_000 },
] as const;

export type BackfillRangeChoice = (typeof backfillRangePresets)[number]["value"] | "own";

/**
 * The texts in the two date fields of a custom range, in UTC and without a zone, such as `2026-01-31T12:00:00`. Both
 * texts are empty at first.
 */
export type CustomBackfillRange = { from: string; to: string };

/** Converts the chosen preset or the custom texts into a time range, or returns an error message. */
export function readBackfillRange(
  choice: BackfillRangeChoice,
  own: CustomBackfillRange,
  now: Date,
): { range: BackfillRange; problem: null } | { range: null; problem: string } {
  const preset = backfillRangePresets.find(({ value }) => value === choice);
  if (preset) return { range: { from: new Date(now.getTime() - preset.ms), to: now }, problem: null };
  const [from, to] = [readUtc(own.from), readUtc(own.to)];
  if (!from || !to) return { range: null, problem: "Enter both the beginning and the end." };
  if (from >= to) return { range: null, problem: "The end has to be after the beginning." };
  return { range: { from, to }, problem: null };
}

function readUtc(text: string): Date | null {
  const date = new Date(`${text}Z`);
  return text === "" || Number.isNaN(date.getTime()) ? null : date;
}
