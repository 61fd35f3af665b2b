import { expect, it } from "vitest";
import { funnelSteps } from "./funnel";

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

it("says how many were lost at each step, and which share of the step before", () => {
  const [evaluated, matched, sampledIn] = funnelSteps(totals, "observations");
  expect(evaluated).toMatchObject({ label: "Events of observations evaluated", count: 1_000, share: 1, drop: null });
  expect(matched).toMatchObject({ count: 100, share: 0.1, drop: { count: 900, share: 0.9 } });
  expect(sampledIn!.drop).toEqual({ count: 75, share: 0.75 });
});

it("loses nothing where two actions make two executions of one match", () => {
  expect(funnelSteps(totals, "observations")[3]).toMatchObject({ label: "Executions created", count: 50, drop: null });
});

it("does not take what failed for a loss of what was delivered", () => {
  expect(
    funnelSteps(totals, "observations")
      .slice(4)
      .map(({ drop }) => drop),
  ).toEqual([null, null]);
});

it("is all nothing where nothing has come", () => {
  const nothing = Object.fromEntries(Object.keys(totals).map((key) => [key, 0])) as typeof totals;
  expect(
    funnelSteps(nothing, "scores").every(({ count, share, drop }) => count === 0 && share === 0 && drop === null),
  ).toBe(true);
});
