import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { TestApi } from "@/test/test-api";
import { NoExecutionsFound } from "./no-executions-found";
import type { ExecutionParams } from "./search-params";

const none: ExecutionParams = {
  ...{ status: [], q: "", code: [], error: [], attempts: "", trigger: "", action: "", source: "", env: "", name: "" },
  ...{ trace: "", columns: [], range: null, from: null, to: null },
};

/** Renders the component. `execution.counts` answers that `countWith(input)` executions have failed. */
function show(params: ExecutionParams, countWith: (input: Record<string, unknown>) => number) {
  const onChange = vi.fn();
  const counts = { PENDING: 0, RUNNING: 0, COMPLETED: 0, CANCELLED: 0, SKIPPED: 0 };
  render(
    <TestApi answer={(_, input) => ({ counts: { ...counts, ERROR: countWith(input) }, capped: {}, pending: {} })}>
      <NoExecutionsFound projectId="prj_1" params={params} onChange={onChange} />
    </TestApi>,
  );
  return onChange;
}

test("an empty list names the narrowest filter, and one button removes that filter alone", async () => {
  const onChange = show({ ...none, code: ["5xx"], env: "staging" }, (input) => ("environment" in input ? 2 : 40));
  expect(await screen.findByText("Without env staging, 40 would fit.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Remove env staging" }));
  expect(onChange).toHaveBeenCalledWith({ env: "" });
  fireEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(onChange).toHaveBeenLastCalledWith({ code: [], env: "" });
});

test("a trigger that a link chose is named by its kind, because its id tells nothing", async () => {
  show({ ...none, trigger: "trg_01m8j3", code: ["5xx"] }, (input) => ("triggerId" in input ? 0 : 7));
  expect(await screen.findByText("Without the trigger, 7 would fit.")).toBeTruthy();
});

test("where no single filter is to blame, the list offers to clear all of them", async () => {
  const onChange = show({ ...none, q: "warehouse", status: ["SKIPPED"], range: "24h" }, () => 0);
  fireEvent.click(await screen.findByRole("button", { name: "Clear filters" }));
  expect(onChange).toHaveBeenCalledWith({ q: "", status: [], range: null, from: null, to: null });
  expect(screen.queryByRole("button", { name: /Remove/ })).toBeNull();
});
