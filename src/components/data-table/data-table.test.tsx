import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import type { DataColumn } from "./column";
import { DataTable } from "./data-table";

type Row = { id: string };

test("a step to the next row, and further rows, render only the rows that change", () => {
  const rendered: string[] = [];
  const columns: DataColumn<Row>[] = [{ id: "id", header: "Id", cell: ({ id }) => (rendered.push(id), id) }];
  const rows = ["one", "two", "three"].map((id) => ({ id }));
  const table = (shown: Row[], activeKey: string | null) => (
    <DataTable
      label="Rows"
      columns={columns}
      rows={shown}
      rowKey={({ id }) => id}
      href={({ id }) => `/rows/${id}`}
      onOpen={() => undefined}
      activeKey={activeKey}
      selection={{ keys: new Set(), onChange: () => undefined }}
    />
  );
  const { rerender } = render(table(rows, null));
  const renderedBy = (next: React.ReactElement): string[] => {
    rendered.length = 0;
    rerender(next);
    return [...rendered];
  };
  expect(renderedBy(table(rows, "one"))).toEqual(["one"]);
  expect(renderedBy(table(rows, "two"))).toEqual(["one", "two"]);
  expect(renderedBy(table([...rows, { id: "four" }], "two"))).toEqual(["four"]);
});
