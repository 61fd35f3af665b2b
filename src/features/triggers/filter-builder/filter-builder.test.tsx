import { useState } from "react";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, test } from "vitest";
import { checkFilter } from "@/domain/filter/check-filter";
import { emptyFilter, type Filter, type FilterCondition, type FilterNode } from "@/domain/filter/schema";
import { observationCreatedSource } from "@/domain/event-source/observation-created/index";
import { FilterBuilder } from "./filter-builder";

const is = (
  column: string,
  value: FilterCondition["value"],
  operator: FilterCondition["operator"] = "=",
): FilterNode => ({
  type: "condition",
  column,
  operator,
  value,
});
const all = (...children: FilterNode[]): Filter => ({ type: "group", match: "all", children });
const any = (...children: FilterNode[]): Filter => ({ type: "group", match: "any", children });

type Props = Partial<Parameters<typeof FilterBuilder>[0]>;
function start(initial: Filter, props: Props = {}) {
  let filter = initial;
  function Form() {
    const [value, setValue] = useState(initial);
    filter = value;
    return (
      <FilterBuilder
        source={observationCreatedSource}
        value={value}
        onChange={setValue}
        problems={checkFilter(observationCreatedSource, value)}
        {...props}
      />
    );
  }
  render(<Form />);
  return { user: userEvent.setup(), read: () => filter };
}

// The script of the condition fields loads only once, in the first test.
beforeAll(async () => {
  start(all(is("latency", 5, ">")));
  await screen.findByRole("textbox", { name: "Value of Latency" });
  cleanup();
});

const row = (name: string) => within(screen.getByRole("group", { name }));
const columns = (filter: Filter): string[] =>
  filter.children.flatMap((child) => (child.type === "group" ? [`(${columns(child).join(" ")})`] : [child.column]));

describe("a new condition", () => {
  test("shows its problem and the advice only after the person has left it", async () => {
    const { user } = start(emptyFilter);
    await user.click(screen.getByRole("button", { name: "Add condition" }));
    expect(screen.queryByText("Choose a value")).toBeNull();
    expect(document.querySelector("[aria-invalid=true]")).toBeNull();
    row("Where condition 1")
      .getByRole("combobox", { name: /^Value of/ })
      .focus();
    await user.click(screen.getByRole("button", { name: "Add group" }));
    expect(screen.getByText("Choose a value")).toBeTruthy();
  });

  test("shows its problem at once after an attempt to save", () => {
    start(all(is("level", [], "any of")), { isStrict: true });
    expect(screen.getByText("Choose a value")).toBeTruthy();
  });

  test.each([
    ["Latency", ">"],
    ["Level", "any of"],
    ["Input", "contains"],
    ["Start time", ">"],
  ])("on %s compares with %s", async (label, operator) => {
    const { user, read } = start(all(is("name", "chat")));
    await user.click(row("Where condition 1").getByRole("combobox", { name: "Column" }));
    await user.click(await screen.findByRole("option", { name: (name) => name === label || name === `${label} s` }));
    expect(read().children[0]).toMatchObject({ operator });
  });
});

describe("undo", () => {
  test("restores a removed condition, and redo removes it again", async () => {
    const { user, read } = start(all(is("name", "chat"), is("latency", 5, ">")));
    await user.click(row("Where condition 1").getByRole("button", { name: "Condition options" }));
    await user.click(await screen.findByRole("menuitem", { name: "Remove condition" }));
    expect(columns(read())).toEqual(["latency"]);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(columns(read())).toEqual(["name", "latency"]);
    await user.click(screen.getByRole("button", { name: "Redo" }));
    expect(columns(read())).toEqual(["latency"]);
  });

  test("by ⌘Z takes back the text typed into a value as one step", async () => {
    const { user, read } = start(all(is("latency", 5, ">")));
    await user.click(screen.getByRole("textbox", { name: "Value of Latency" }));
    await user.keyboard("123");
    expect(read().children[0]).toMatchObject({ value: 5123 });
    await user.keyboard("{Control>}z{/Control}");
    expect(read().children[0]).toMatchObject({ value: 5 });
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Value of Latency" }).value).toBe("5");
  });
});

describe("a whole condition or group", () => {
  test("moves with Alt and an arrow key, also into a group and out of it", async () => {
    const { user, read } = start(all(is("name", "a"), any(is("model", "m"), is("userId", "u"))));
    screen.getAllByRole("combobox", { name: "Column" })[0]!.focus();
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    expect(columns(read())).toEqual(["(name model userId)"]);
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    expect(columns(read())).toEqual(["name", "(model userId)"]);
  });

  test("is duplicated from its menu", async () => {
    const { user, read } = start(all(any(is("model", "m"), is("userId", "u"))));
    await user.click(screen.getByRole("button", { name: "Group options" }));
    await user.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
    expect(columns(read())).toEqual(["(model userId)", "(model userId)"]);
  });

  test("a group matches by all, any or none of its children, and collapses to its sentence", async () => {
    const { user, read } = start(all(any(is("model", "m"), is("userId", "u"))));
    await user.click(screen.getByRole("combobox", { name: "How the conditions of this group count" }));
    await user.click(await screen.findByRole("option", { name: /^NONE/ }));
    expect(read().children[0]).toMatchObject({ match: "none" });
    await user.click(screen.getByRole("button", { name: "Collapse group" }));
    expect(screen.queryByRole("group", { name: "Where condition 1" })).toBeNull();
    expect(row("Where group 1").getByText(/^none of/)).toBeTruthy();
  });
});

test("each condition says how many of the newest observations it stops", () => {
  start(all(is("latency", 5, ">"), is("name", "chat")), {
    stoppedShare: (condition) => (condition.column === "latency" ? 0.9999 : 0.004),
  });
  expect(row("Where condition 1").getByText("stops 99 %")).toBeTruthy();
  expect(row("and condition 2").getByText("stops 1 %")).toBeTruthy();
});

test("a pasted Langfuse filter takes the place of the filter, and undo brings the filter back", async () => {
  const { user, read } = start(all(is("name", "chat")));
  await user.click(screen.getByRole("button", { name: "Paste a filter" }));
  await user.click(await screen.findByRole("textbox", { name: "Filter as JSON" }));
  await user.paste('[{"column":"level","type":"stringOptions","operator":"any of","value":["ERROR"]}]');
  await user.click(screen.getByRole("button", { name: "Use this filter" }));
  expect(columns(read())).toEqual(["level"]);
  await user.click(screen.getByRole("button", { name: "Undo" }));
  expect(columns(read())).toEqual(["name"]);
});

test("a pasted text that was not imported is still there after Escape", async () => {
  const { user } = start(emptyFilter);
  await user.click(screen.getByRole("button", { name: "Paste a filter" }));
  await user.click(await screen.findByRole("textbox", { name: "Filter as JSON" }));
  await user.paste("[not yet");
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: "Paste a filter" }));
  expect((await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Filter as JSON" })).value).toBe("[not yet");
});

describe("the choice of columns", () => {
  test("begins with the columns that other filters use most, and offers each column once", async () => {
    const { user } = start(all(is("latency", 5, ">")), { columnsInUse: ["totalCost", "name", "gone"] });
    await user.click(row("Where condition 1").getByRole("combobox", { name: "Column" }));
    const options = (await screen.findAllByRole("option")).map(({ textContent }) => textContent);
    expect(options.slice(0, 2)).toEqual(["Total costUSD", "Name"]);
    expect(options.length).toBe(observationCreatedSource.columns.length);
    expect(screen.getByText("Used most")).toBeTruthy();
  });
});
