import type { TriggerFunnel } from "../types";

export type FunnelStep = {
  label: string;
  count: number;
  /** the count divided by the largest count of this part, 0 to 1; the width of the step's bar */
  share: number;
  /**
   * how many events the step lost since the step before, as count and share (0 to 1); null for no loss, for a first
   * step, and for executions
   */
  drop: { count: number; share: number } | null;
};

/** The steps of a trigger's funnel in two parts: the first counts events, the second counts executions. */
export type TriggerFunnelParts = { events: FunnelStep[]; executions: FunnelStep[] };

/**
 * Converts a trigger's totals into the steps of a funnel. A match creates one execution per action, so executions form
 * a part of their own.
 */
export function makeTriggerFunnelParts(totals: TriggerFunnel["totals"]): TriggerFunnelParts {
  const { evaluated, matched, sampledIn, created, delivered, failed } = totals;
  return {
    events: steps([
      ["Events evaluated", evaluated],
      ["Matched", matched],
      ["Sampled in", sampledIn],
    ]).map((step, index, all) => ({ ...step, drop: dropOf(all[index - 1]?.count, step.count) })),
    executions: steps([
      ["Executions created", created],
      ["Delivered", delivered],
      ["Failed", failed],
    ]),
  };
}

function steps(counts: readonly (readonly [label: string, count: number])[]): FunnelStep[] {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  return counts.map(([label, count]) => ({ label, count, share: count / most, drop: null }));
}

function dropOf(before: number | undefined, count: number): FunnelStep["drop"] {
  const lost = before === undefined ? 0 : before - count;
  return before !== undefined && lost > 0 ? { count: lost, share: lost / before } : null;
}
