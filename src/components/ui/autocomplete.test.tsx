import { useState } from "react";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { Autocomplete } from "./autocomplete";

function Form({ suggestions }: { suggestions?: readonly string[] }) {
  const [value, setValue] = useState("chat");
  return <Autocomplete aria-label="Name" value={value} onValueChange={setValue} suggestions={suggestions} />;
}

test.each([
  ["that has no suggestions", undefined],
  ["whose text fits none of its suggestions", ["other"]],
] as const)("a focused field %s hides nothing of the page from screen readers", async (_, suggestions) => {
  render(
    <>
      <Form suggestions={suggestions} />
      <button type="button">Save</button>
    </>,
  );
  const user = userEvent.setup();
  await user.click(screen.getByRole("combobox", { name: "Name" }));
  await user.keyboard("s");
  expect(screen.getByRole("combobox", { name: "Name" }).getAttribute("aria-expanded")).toBe("false");
  screen.getByRole("button", { name: "Save" });
});

test("suggestions that fit only after the field lost the focus stay closed", async () => {
  const { rerender } = render(<Form suggestions={["other"]} />);
  const field = screen.getByRole("combobox", { name: "Name" });
  const user = userEvent.setup();
  await user.click(field);
  await user.tab();
  rerender(<Form suggestions={["chat"]} />);
  expect(field.getAttribute("aria-expanded")).toBe("false");
  expect(screen.queryByRole("option")).toBeNull();
});

test("suggestions that fit the text open with it, and a press on one takes it", async () => {
  render(<Form suggestions={["chat", "chat-2", "other"]} />);
  const field = screen.getByRole<HTMLInputElement>("combobox", { name: "Name" });
  const user = userEvent.setup();
  await user.click(field);
  expect(screen.getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["chat", "chat-2"]);
  await user.click(screen.getByRole("option", { name: "chat-2" }));
  expect(field.value).toBe("chat-2");
});

test.each([
  ["without suggestions", undefined],
  ["with suggestions", ["chat", "chat-2"]],
] as const)("Escape never clears the text %s", async (_, suggestions) => {
  render(<Form suggestions={suggestions} />);
  const field = screen.getByRole<HTMLInputElement>("combobox", { name: "Name" });
  const user = userEvent.setup();
  await user.click(field);
  await user.keyboard("s{Escape}{Escape}{Escape}");
  expect(field.value).toBe("chats");
});
