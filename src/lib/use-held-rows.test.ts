import { expect, test } from "vitest";
import { holdBackRows, listKeysAboveKnownRows } from "./use-held-rows";

const hold = (before: string, now: string) => {
  const { rows, newCount } = holdBackRows([...before], [...now], (row) => row);
  return [rows.join(""), newCount];
};

test("new rows at the top are held back and counted", () => {
  expect(hold("cba", "edcba")).toEqual(["cba", 2]);
});

test("rows loaded below are shown", () => {
  expect(hold("dcb", "edcba")).toEqual(["dcba", 1]);
});

test("a row that newer rows pushed off the last page stays, and a row that left the list is removed", () => {
  expect(hold("dcba", "edcb")).toEqual(["dcba", 1]);
  expect(hold("dcba", "dba")).toEqual(["dba", 0]);
});

test("a row that moved up keeps its place", () => {
  expect(hold("cba", "adcb")).toEqual(["cba", 1]);
});

test("a whole page of new rows leaves the shown rows as they are", () => {
  expect(hold("ba", "dc")).toEqual(["ba", 2]);
});

test("an empty list shows new rows at once", () => {
  expect(hold("", "ba")).toEqual(["ba", 0]);
});

test("rows above the known ones are arrivals; rows of another page, or of another list, are not", () => {
  expect(listKeysAboveKnownRows(["b", "c"], ["a", "b", "c", "d"])).toEqual(["a"]);
  expect(listKeysAboveKnownRows(["b", "c"], ["b", "c", "d"])).toEqual([]);
  expect(listKeysAboveKnownRows(["b"], ["x", "y"])).toEqual([]);
  expect(listKeysAboveKnownRows([], ["x"])).toEqual([]);
});
