import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { TestApi } from "@/test/test-api";
import { TestUrl } from "@/test/test-url";
import { DecisionList } from "./decision-list";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: () => undefined }) }));

test("an empty list of decisions names the narrowest filter, and one button removes that filter alone", async () => {
  const asked = vi.fn();
  render(
    <TestUrl url="/projects/prj_1/executions/decisions?kind=over_cap&source=obs-7">
      <TestApi
        answer={(path, input) => {
          if (path !== "decision.list") return undefined;
          asked(input);
          const rows = "kind" in input ? [] : Array.from({ length: 100 }, () => ({}));
          return { items: "limit" in input ? rows : [], nextCursor: null };
        }}
      >
        <DecisionList projectId="prj_1" />
      </TestApi>
    </TestUrl>,
  );
  expect(await screen.findByText("Without the kind, 100+ would fit.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Remove the kind" }));
  await waitFor(() => expect(asked.mock.lastCall?.[0]).not.toHaveProperty("kind"));
  expect(asked.mock.lastCall?.[0]).toMatchObject({ projectId: "prj_1", sourceId: "obs-7" });
});

test("a stored reason that counts in seconds shows a duration", async () => {
  const row = {
    ...{ id: "dec_1", eventId: "evt_1", kind: "created", label: "matched", eventSource: "observation.created" },
    ...{ sourceId: "obs-7", trigger: { id: "trg_1", name: "Slow" }, action: { id: "act_1", name: "Jira" } },
    ...{ triggerVersion: 1, executionId: null, createdAt: new Date("2026-02-11T10:00:00.000Z") },
    reason: "Matched; waits 3600 s for the trigger's delay.",
  };
  render(
    <TestUrl url="/projects/prj_1/executions/decisions">
      <TestApi answer={(path) => (path === "decision.list" ? { items: [row], nextCursor: null } : undefined)}>
        <DecisionList projectId="prj_1" />
      </TestApi>
    </TestUrl>,
  );
  expect(await screen.findByText("Matched; waits 1 h for the trigger's delay.")).toBeTruthy();
});
