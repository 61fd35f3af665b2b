/** The fewest usual matches an hour of a trigger that can count as silent. */
const USUAL_MIN = 5;
const MUCH_MIN = 20;
const MUCH_FACTOR = 5;
const DAYS_MIN = 3;

/**
 * A comparison of an hour of a trigger with the same hour of earlier days. `usual` is the average of those days.
 */
export type TriggerActivity = { kind: "silent" | "busy" | "usual"; usual: number };

/**
 * Compares the matches of an hour with those of the same hour on earlier days. With fewer than three days to compare,
 * every number counts as usual.
 * @param before the matches in that hour, one number for each earlier day on which the trigger existed
 */
export function compareHourlyMatches(matched: number, before: readonly number[]): TriggerActivity {
  const usual = before.length === 0 ? 0 : before.reduce((sum, each) => sum + each, 0) / before.length;
  if (before.length < DAYS_MIN) return { kind: "usual", usual };
  if (matched === 0 && usual >= USUAL_MIN) return { kind: "silent", usual };
  if (matched >= MUCH_MIN && matched >= MUCH_FACTOR * Math.max(usual, 1)) return { kind: "busy", usual };
  return { kind: "usual", usual };
}
