import { expect, test } from "vitest";
import { toggleRowKey } from "./row-selection";

const order = ["a", "b", "c", "d"];

test("a click chooses a row and a second one drops it", () => {
  const chosen = toggleRowKey(new Set(), { key: "b", from: null, order });
  expect([...chosen]).toEqual(["b"]);
  expect([...toggleRowKey(chosen, { key: "b", from: "b", order })]).toEqual([]);
});

test("Shift chooses every row up to the last one clicked, in either direction", () => {
  expect([...toggleRowKey(new Set(["b"]), { key: "d", from: "b", order })].sort()).toEqual(["b", "c", "d"]);
  expect([...toggleRowKey(new Set(["c"]), { key: "a", from: "c", order })].sort()).toEqual(["a", "b", "c"]);
});

test("a selected row that has left the list does not start a range", () => {
  expect([...toggleRowKey(new Set(), { key: "c", from: "gone", order })]).toEqual(["c"]);
});
