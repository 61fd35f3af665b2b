import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { registerEventSource } from "@/domain/event-source/registry";
import { TRPCProvider } from "@/lib/trpc/client";
import type { AppRouter } from "@/server/api/root";
import { scoreCreated } from "@/test/score-created";
import { TestUrl } from "@/test/test-url";
import { ObservationList } from "./observation-list";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: () => undefined }) }));

const at = new Date("2026-02-11T10:00:00.000Z");
const row = {
  ...{ id: "score-9", eventSource: "score.created", name: "helpfulness", traceId: "trace-1", sanitized: false },
  ...{ type: null, level: null, model: null, environment: null, latency: null, totalTokens: null, totalCost: null },
  ...{ facts: { value: 0.2, verdict: "bad" }, receivedAt: at, firstReceivedAt: at },
};

/** A tRPC client that answers with one score. Every other call gets no answer. */
const client = createTRPCClient<AppRouter>({
  links: [
    () =>
      ({ op }) =>
        observable((observer) => {
          if (op.path !== "observation.list") return;
          observer.next({ result: { type: "data", data: { items: [row], nextCursor: null } } });
          observer.complete();
        }),
  ],
});

function show(url: string) {
  const queryClient = new QueryClient();
  render(
    <TestUrl url={url}>
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={client} queryClient={queryClient}>
          <ObservationList projectId="prj_1" />
        </TRPCProvider>
      </QueryClientProvider>
    </TestUrl>,
  );
}

let undo: () => void;
beforeEach(() => {
  undo = registerEventSource(scoreCreated);
});
afterEach(() => undo());

test("the list of a second event source has its own words, columns and marks, and no observation filters", async () => {
  show("/projects/prj_1/observations?source=score.created");
  const table = within(await screen.findByRole("table", { name: "Scores" }));
  expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("Scores");
  expect(table.getAllByRole("columnheader").map((header) => header.textContent)).toEqual([
    "Name",
    "Value",
    "Verdict",
    "Received",
  ]);
  const cells = within(await table.findByRole("row", { name: /helpfulness/ })).getAllByRole("cell");
  expect(cells.slice(0, 3).map((cell) => cell.textContent)).toEqual(["helpfulnessscore-9", "0.2", "Bad"]);
  expect(screen.queryByRole("group", { name: "Level" })).toBeNull();
  expect(screen.queryByText(/observation/i)).toBeNull();
});

test("the list of several event sources names the source of each thing", async () => {
  show("/projects/prj_1/observations");
  const table = within(await screen.findByRole("table", { name: "Events" }));
  expect(await table.findByText("score.created")).toBeTruthy();
});

test("the panel of a second event source shows its facts", async () => {
  show("/projects/prj_1/observations/score-9?source=score.created&of=score.created");
  const panel = within(await screen.findByRole("dialog"));
  expect(await panel.findByText("Verdict")).toBeTruthy();
  expect(panel.getByText("Bad")).toBeTruthy();
});
