import type { TriggerFunnel } from "../types";

export type FunnelStep = {
  label: string;
  count: number;
  /** the share of the events of the first step, 0 to 1, which is the width of the bar */
  share: number;
  /** the loss since the earlier step, as count and share; null if the two steps count different things */
  drop: { count: number; share: number } | null;
};

/**
 * The two parts of a funnel: one counts events, the other counts their executions. No step is larger than the one
 * before.
 */
export type FunnelParts = { events: FunnelStep[]; executions: FunnelStep[] };

/** Returns the steps of a funnel. A match makes one execution for each action, so executions form a separate part. */
export function makeFunnelParts(
  { evaluated, matched, sampledIn, created, delivered, failed }: TriggerFunnel["totals"],
  many: string,
): FunnelParts {
  return {
    events: steps([
      [`Events of ${many} evaluated`, evaluated],
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
