import { Profiler, type ComponentProps, type ComponentType } from "react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { expect, test, vi } from "vitest";
import { emptyFilter, type FilterCondition } from "@/domain/filter/schema";
import { registerEventSource } from "@/domain/event-source/registry";
import { TRPCProvider } from "@/lib/trpc/client";
import type { AppRouter } from "@/server/api/root";
import { scoreCreated } from "@/test/score-created";
import { TriggerForm } from "./trigger-form";
import { makeNewTriggerFormValues } from "./use-trigger-form";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: () => undefined }) }));

const commits = vi.hoisted(() => ({ of: [] as string[] }));

/** Wraps a component, so that each React commit of the component is recorded under a name. */
function noted<Props extends object>(Component: ComponentType<Props>, nameOf: (props: Props) => string) {
  return function Noted(props: Props) {
    return (
      <Profiler id={nameOf(props)} onRender={(name) => commits.of.push(name)}>
        <Component {...props} />
      </Profiler>
    );
  };
}

vi.mock("./filter-builder/condition-fields", async (original) => {
  const { ConditionFields } = await original<typeof import("./filter-builder/condition-fields")>();
  return { ConditionFields: noted(ConditionFields, ({ place }) => `row ${place}`) };
});
vi.mock("@/components/ui/select", async (original) => {
  const { Select } = await original<typeof import("@/components/ui/select")>();
  type Props = ComponentProps<typeof Select<string>>;
  return { Select: noted<Props>(Select, (props) => `select ${props["aria-label"] ?? props.id}`) };
});
vi.mock("@/components/ui/combobox", async (original) => {
  const { Combobox } = await original<typeof import("@/components/ui/combobox")>();
  return { Combobox: noted(Combobox, (props) => `combobox ${props["aria-label"] ?? props.id}`) };
});
vi.mock("@/components/ui/segmented-control", async (original) => {
  const { SegmentedControl } = await original<typeof import("@/components/ui/segmented-control")>();
  type Props = ComponentProps<typeof SegmentedControl<string>>;
  return { SegmentedControl: noted<Props>(SegmentedControl, (props) => `choice ${props["aria-label"]}`) };
});
vi.mock("@/components/ui/dropdown-menu", async (original) => {
  const actual = await original<typeof import("@/components/ui/dropdown-menu")>();
  return { ...actual, DropdownMenu: noted(actual.DropdownMenu, () => "menu") };
});

/** A tRPC client whose calls never get an answer. */
const silentClient = createTRPCClient<AppRouter>({ links: [() => () => observable(() => undefined)] });

function start(conditions: FilterCondition[], eventSource = makeNewTriggerFormValues().eventSource) {
  const queryClient = new QueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={silentClient} queryClient={queryClient}>
        <TriggerForm
          projectId="prj_1"
          triggerId={null}
          initial={{ ...makeNewTriggerFormValues(), eventSource, filter: { ...emptyFilter, children: conditions } }}
          isReadOnly={false}
          newAction={null}
          save={async () => undefined}
          onConflict={() => undefined}
        />
      </TRPCProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

/** The script of the fields loads after the form, which can take long on a busy machine. */
const LATE = { timeout: 20_000 };

/** Tells whether a control still shows its simple form; see components/ui/lazy-control.tsx. */
const isEarly = (control: HTMLElement): boolean => control.dataset.early !== undefined;

test("a keystroke in one of thirty conditions renders only its field, and the texts follow later", async () => {
  const user = start(
    Array.from({ length: 30 }, (_, index) => ({ type: "condition", column: "latency", operator: ">", value: index })),
  );
  const row = within(screen.getByRole("group", { name: "and condition 17" }));
  await user.click(await row.findByRole("textbox", { name: "Value of Latency" }, LATE));
  // The first click loads the full forms of the controls.
  await waitFor(() => expect(screen.queryAllByRole("combobox").filter(isEarly)).toEqual([]), LATE);
  await user.keyboard("5");
  commits.of = [];
  // The first keystroke also renders the buttons for undo and save. Each further keystroke renders only the value.
  await user.keyboard("7");
  expect([...new Set(commits.of)]).toEqual(["row 16"]);
  const words = "latency is greater than 1657 s";
  await waitFor(() => expect(screen.getAllByText(words, { exact: false })).toHaveLength(2));
  expect(screen.getByRole("list", { name: "What happens" }).textContent).toContain(words);

  // The other parts of the form also have the newest filter.
  await user.clear(row.getByRole("textbox", { name: "Value of Latency" }));
  await waitFor(() => expect(screen.getAllByText("The filter is not complete yet.").length).toBeGreaterThan(1));
});

test("a trigger on a second event source has its columns and its words, and none of observations", async () => {
  const undo = registerEventSource(scoreCreated);
  try {
    const user = start([{ type: "condition", column: "value", operator: "<", value: 0 }], "score.created");
    await user.type(await screen.findByRole("textbox", { name: "Value of Value" }, LATE), ".5");
    await waitFor(() => expect(screen.getAllByText("value is less than 0.5", { exact: false })).toHaveLength(2));
    expect(document.body.textContent).toContain("scores");
    expect(document.body.textContent).not.toMatch(/observation/i);
  } finally {
    undo();
  }
});
