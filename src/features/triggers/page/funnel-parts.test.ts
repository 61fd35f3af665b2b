import { expect, it } from "vitest";
import { makeTriggerFunnelParts } from "./funnel-parts";

const totals = {
  evaluated: 1_000,
  matched: 100,
  sampledIn: 25,
  sampledOut: 75,
  created: 50,
  skipped: 0,
  cancelled: 0,
  delivered: 40,
  failed: 5,
};

it("says how many events were lost at each step, and which share of the step before", () => {
  const { events } = makeTriggerFunnelParts(totals);
  expect(events[0]).toMatchObject({ label: "Events evaluated", count: 1_000, share: 1, drop: null });
  expect(events[1]).toMatchObject({ count: 100, share: 0.1, drop: { count: 900, share: 0.9 } });
  expect(events[2]!.drop).toEqual({ count: 75, share: 0.75 });
});

it("counts executions apart, where two actions make two executions of one match", () => {
  const { events, executions } = makeTriggerFunnelParts(totals);
  expect(executions.map(({ count, share }) => [count, share])).toEqual([
    [50, 1],
    [40, 0.8],
    [5, 0.1],
  ]);
  for (const part of [events, executions])
    for (const [index, { count }] of part.entries()) expect(count).toBeLessThanOrEqual(part[index - 1]?.count ?? count);
});

it("is all nothing where nothing has come", () => {
  const nothing = Object.fromEntries(Object.keys(totals).map((key) => [key, 0])) as typeof totals;
  const { events, executions } = makeTriggerFunnelParts(nothing);
  expect(
    [...events, ...executions].every(({ count, share, drop }) => count === 0 && share === 0 && drop === null),
  ).toBe(true);
});
