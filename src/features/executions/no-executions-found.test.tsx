import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { expect, test, vi } from "vitest";
import { TRPCProvider } from "@/lib/trpc/client";
import type { AppRouter } from "@/server/api/root";
import { NoExecutionsFound } from "./no-executions-found";
import type { ExecutionParams } from "./search-params";

const none: ExecutionParams = {
  ...{ status: [], q: "", code: [], error: [], attempts: "", trigger: "", action: "", source: "", env: "", name: "" },
  ...{ trace: "", columns: [], range: null, from: null, to: null },
};

/** Renders the component. `execution.counts` answers that `countWith(input)` executions have failed. */
function show(params: ExecutionParams, countWith: (input: Record<string, unknown>) => number) {
  const client = createTRPCClient<AppRouter>({
    links: [
      () =>
        ({ op }) =>
          observable((observer) => {
            const counts = { PENDING: 0, RUNNING: 0, COMPLETED: 0, CANCELLED: 0, SKIPPED: 0 };
            const ERROR = countWith(op.input as Record<string, unknown>);
            observer.next({
              result: { type: "data", data: { counts: { ...counts, ERROR }, capped: {}, pending: {} } },
            });
            observer.complete();
          }),
    ],
  });
  const queryClient = new QueryClient();
  const onChange = vi.fn();
  render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        <NoExecutionsFound projectId="prj_1" params={params} onChange={onChange} />
      </TRPCProvider>
    </QueryClientProvider>,
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

test("where no single filter is to blame, the list offers to clear all of them", async () => {
  const onChange = show({ ...none, q: "warehouse", status: ["SKIPPED"], range: "24h" }, () => 0);
  fireEvent.click(await screen.findByRole("button", { name: "Clear filters" }));
  expect(onChange).toHaveBeenCalledWith({ q: "", status: [], range: null, from: null, to: null });
  expect(screen.queryByRole("button", { name: /Remove/ })).toBeNull();
});
