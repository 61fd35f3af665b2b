import { expect, it } from "vitest";
import { makeLeverCommands } from "./lever-commands";

const action = { id: "act_1", name: "Warehouse", word: "paused" as const, waiting: 3, pausedBy: null };
const labels = (change: Partial<Parameters<typeof makeLeverCommands>[0][number]>, isMember = true) =>
  makeLeverCommands([{ ...action, ...change }], () => isMember).map(({ label }) => label);

it("offers the levers that an action's health allows, to those who may pull them", () => {
  expect(labels({})).toEqual([
    "Probe now: Warehouse",
    "Send waiting executions now: Warehouse",
    "Pause and keep: Warehouse",
    "Switch off: Warehouse",
  ]);
  expect(labels({ pausedBy: "Vera" })).toEqual(["Let it go on: Warehouse", "Switch off: Warehouse"]);
  expect(labels({ word: "healthy", waiting: 0 })).toEqual(["Pause and keep: Warehouse", "Switch off: Warehouse"]);
  expect(labels({ word: "off" })).toEqual([]);
  expect(labels({}, false)).toEqual([]);
});
