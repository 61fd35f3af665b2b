import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { VersionList } from "./version-list";

test("a change of a delay shows durations, and a filter keeps its text", () => {
  const changes = [
    { field: "delay", label: "Delay", before: "0 s", after: "3600 s, once it is quiet" },
    { field: "filter", label: "Filter", before: null, after: "output contains 90 s" },
  ];
  const row = {
    version: 2,
    summary: "Changed the delay",
    actor: "Vera",
    createdAt: new Date(),
    isCurrent: true,
    changes,
  };
  render(<VersionList versions={[row]} noun="trigger" mayRestore={false} onRestore={async () => undefined} />);
  expect(screen.getByText("1 h, once it is quiet", { exact: false })).toBeTruthy();
  expect(screen.getByText("output contains 90 s", { exact: false })).toBeTruthy();
});
