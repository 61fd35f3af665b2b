import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { TestApi } from "@/test/test-api";
import { TestUrl } from "@/test/test-url";
import { ObservationList } from "./observation-list";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: () => undefined }) }));

/** Answers counts of levels. The list itself is empty. */
function show(query: string, count: (input: Record<string, unknown>) => Record<string, number>) {
  render(
    <TestUrl url={`/projects/prj_1/observations?${query}`}>
      <TestApi
        answer={(path, input) => {
          if (path === "observation.list") return { items: [], nextCursor: null };
          return path === "observation.counts" ? { counts: count(input), isPartial: false } : undefined;
        }}
      >
        <ObservationList projectId="prj_1" />
      </TestApi>
    </TestUrl>,
  );
}

test("an empty list of observations names the narrowest filter, and one button removes that filter alone", async () => {
  show("env=staging&model=gpt-4", (input): Record<string, number> => ("environment" in input ? {} : { DEFAULT: 12 }));
  expect(await screen.findByText("Without environment staging, 12 would fit.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Remove environment staging" }));
  expect((await screen.findAllByText("Without model gpt-4, 12 would fit.")).length).toBe(1);
});

test("a level that stays is counted alone", async () => {
  show("level=ERROR&env=staging", (input): Record<string, number> =>
    "environment" in input ? { DEFAULT: 3 } : { DEFAULT: 90, ERROR: 2 },
  );
  expect(await screen.findByText("Without level ERROR, 3 would fit.")).toBeTruthy();
});
