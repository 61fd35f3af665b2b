import { expect, test } from "vitest";
import { holdBack } from "./use-held-rows";

const hold = (before: string, now: string) => {
  const { rows, newCount } = holdBack([...before], [...now], (row) => row);
  return [rows.join(""), newCount];
};

test("new rows above are counted and wait", () => {
  expect(hold("cba", "edcba")).toEqual(["cba", 2]);
});

test("rows loaded below are shown", () => {
  expect(hold("dcb", "edcba")).toEqual(["dcba", 1]);
});

test("a row that was pushed out of the last page stays, one that left the list goes", () => {
  expect(hold("dcba", "edcb")).toEqual(["dcba", 1]);
  expect(hold("dcba", "dba")).toEqual(["dba", 0]);
});

test("a row that moved up keeps its place", () => {
  expect(hold("cba", "adcb")).toEqual(["cba", 1]);
});

test("a whole page of new rows leaves what is shown", () => {
  expect(hold("ba", "dc")).toEqual(["ba", 2]);
});

test("an empty list shows what comes", () => {
  expect(hold("", "ba")).toEqual(["ba", 0]);
});
