import { expect, test } from "vitest";
import {
  listChoicesOfShownColumns,
  moveColumn,
  parseColumnChoice,
  listShownColumns,
  formatColumnChoice,
  type DataColumn,
} from "./column";

const column = (id: string, more: Partial<DataColumn<null>> = {}): DataColumn<null> => ({
  id,
  header: id,
  cell: () => null,
  ...more,
});
const columns = [
  column("status", { width: "10rem" }),
  column("trigger"),
  column("reason"),
  column("id", { isHiddenAtFirst: true }),
];
const ids = (shown: readonly DataColumn<null>[]) => shown.map(({ id }) => id);

test("without a choice the usual columns show; a choice sets order and widths, and skips unknown ids", () => {
  expect(ids(listShownColumns(columns, null))).toEqual(["status", "trigger", "reason"]);
  const chosen = ["gone", "id", "trigger:240"].map(parseColumnChoice);
  expect(listShownColumns(columns, chosen).map(({ id, width }) => [id, width])).toEqual([
    ["status", "10rem"],
    ["id", undefined],
    ["trigger", "240px"],
  ]);
});

test("a formatted column choice parses to the same choice, with its width inside the bounds", () => {
  expect(["reason", "reason:240", "reason:9999", "reason:x"].map(parseColumnChoice).map(formatColumnChoice)).toEqual([
    "reason",
    "reason:240",
    "reason:900",
    "reason",
  ]);
});

test("a column moves to the position of another column, and the column with the link stays first", () => {
  const choices = listChoicesOfShownColumns(listShownColumns(columns, null), null);
  const order = (moved: typeof choices) => moved.map(({ id }) => id);
  expect(order(moveColumn(choices, "reason", "trigger"))).toEqual(["status", "reason", "trigger"]);
  expect(order(moveColumn(choices, "trigger", "reason"))).toEqual(["status", "reason", "trigger"]);
  expect(order(moveColumn(choices, "status", "reason"))).toEqual(["status", "trigger", "reason"]);
  expect(order(moveColumn(choices, "reason", "status"))).toEqual(["status", "trigger", "reason"]);
});
