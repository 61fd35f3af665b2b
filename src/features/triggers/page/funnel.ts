import type { Funnel } from "../types";

export type FunnelStep = {
  label: string;
  count: number;
  /** of the first step, 0 to 1; for the width of its bar */
  share: number;
  /** how many the step before had more, and which share of it that is; null where it is no part of it */
  drop: { count: number; share: number } | null;
};

/** The steps of a funnel, each with what was lost since the one before. Two actions make two executions of one match: then nothing is lost. */
export function funnelSteps(
  { evaluated, matched, sampledIn, created, delivered, failed }: Funnel["totals"],
  many: string,
): FunnelStep[] {
  const counts = [
    { label: `Events of ${many} evaluated`, count: evaluated },
    { label: "Matched", count: matched },
    { label: "Sampled in", count: sampledIn },
    { label: "Executions created", count: created },
    { label: "Delivered", count: delivered },
    { label: "Failed", count: failed },
  ];
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return counts.map(({ label, count }, index) => {
    // What failed is compared with what was created, and not with what was delivered.
    const isOutcome = index >= 4;
    const before = isOutcome ? null : (counts[index - 1]?.count ?? null);
    const lost = before === null ? 0 : before - count;
    return {
      label,
      count,
      share: count / most,
      drop: before !== null && lost > 0 ? { count: lost, share: lost / before } : null,
    };
  });
}
