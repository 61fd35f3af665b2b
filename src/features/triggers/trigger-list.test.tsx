import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { TestApi } from "@/test/test-api";
import { TestUrl } from "@/test/test-url";
import { TriggerList } from "./trigger-list";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: () => undefined }) }));

test("an empty list of triggers names the narrowest filter, and one button removes that filter alone", async () => {
  const asked = vi.fn();
  render(
    <TestUrl url="/projects/prj_1/triggers?search=slow&state=failing">
      <TestApi
        answer={(path, input) => {
          if (path !== "trigger.list") return undefined;
          asked(input);
          return { items: "limit" in input && !("state" in input) ? [{}, {}] : [], nextCursor: null };
        }}
      >
        <TriggerList projectId="prj_1" />
      </TestApi>
    </TestUrl>,
  );
  expect(await screen.findByText("Without the state, 2 would fit.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Remove the state" }));
  await waitFor(() => expect(asked.mock.lastCall?.[0]).toMatchObject({ search: "slow" }));
  expect(asked.mock.lastCall?.[0]).not.toHaveProperty("state");
});
