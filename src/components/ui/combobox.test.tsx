import { expect, test, vi } from "vitest";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Combobox } from "./combobox";
import type { ComboboxGroup } from "./combobox-control";

const option = (label: string) => ({ value: label.toLowerCase(), label });
const before: ComboboxGroup[] = [{ label: "Cost", items: [option("Total"), option("Input")] }];
const after: ComboboxGroup[] = [
  { label: "Used most", items: [option("Input")] },
  { label: "Cost", items: [option("Total")] },
];

test("new data moves no option of an open list, so a press and a release choose the option under the pointer", async () => {
  const user = userEvent.setup();
  const onValueChange = vi.fn();
  const { rerender } = render(<Combobox groups={before} value={null} onValueChange={onValueChange} />);
  await user.click(screen.getByRole("combobox"));
  const input = await screen.findByRole("option", { name: "Input" });
  await user.pointer({ keys: "[MouseLeft>]", target: input });
  rerender(<Combobox groups={after} value={null} onValueChange={onValueChange} />);
  await user.pointer({ keys: "[/MouseLeft]", target: input });
  expect(onValueChange).toHaveBeenCalledExactlyOnceWith("input");

  await user.click(screen.getByRole("combobox"));
  expect((await screen.findAllByRole("option")).map(({ textContent }) => textContent)).toEqual(["Input", "Total"]);
});

test("options that load or are searched after the list opened appear", async () => {
  const user = userEvent.setup();
  const props = { value: null, onValueChange: vi.fn(), onSearch: vi.fn() };
  const { rerender } = render(<Combobox {...props} groups={[{ label: "Actions", items: [] }]} />);
  await user.click(screen.getByRole("combobox"));
  rerender(<Combobox {...props} groups={[{ label: "Actions", items: [option("First")] }]} />);
  await screen.findByRole("option", { name: "First" });
  await user.type(screen.getByPlaceholderText("Search…"), "se");
  rerender(<Combobox {...props} groups={[{ label: "Actions", items: [option("Second")] }]} />);
  await screen.findByRole("option", { name: "Second" });
});
