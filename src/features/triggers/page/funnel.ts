import type { Funnel } from "../types";

export type FunnelStep = {
  label: string;
  count: number;
  /** of the first step of its part, 0 to 1; for the width of its bar */
  share: number;
  /** how many the step before had more, and which share of it that is; null where it is no part of it */
  drop: { count: number; share: number } | null;
};

/** Two parts that count different things: events, and the executions that they led to. Neither part ever grows. */
export type FunnelParts = { events: FunnelStep[]; executions: FunnelStep[] };

/** The steps of a funnel. A match leads to one execution for each action, so executions are counted apart. */
export function funnelParts(
  { evaluated, matched, sampledIn, created, delivered, failed }: Funnel["totals"],
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
