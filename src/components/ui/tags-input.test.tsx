import { useState } from "react";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { TagsInput } from "./tags-input";

const suggestions = ["GENERATION", "SPAN", "TOOL"];

function start(initial: readonly string[]) {
  let values = initial;
  function Form() {
    const [value, setValue] = useState(initial);
    values = value;
    return (
      <>
        <TagsInput aria-label="Types" value={value} onValueChange={setValue} suggestions={suggestions} />
        <button>Next</button>
      </>
    );
  }
  render(<Form />);
  return { user: userEvent.setup(), field: screen.getByRole("combobox", { name: "Types" }), read: () => values };
}

test("Escape never removes a value, with the suggestions open or closed", async () => {
  const { user, field, read } = start(["GENERATION", "SPAN"]);
  await user.click(field);
  await user.keyboard("{Escape}{Escape}{Escape}");
  expect(read()).toEqual(["GENERATION", "SPAN"]);
});

test("Escape keeps the text that was typed, and leaving the field adds it", async () => {
  const { user, field, read } = start(["SPAN"]);
  await user.click(field);
  await user.keyboard("AGENT{Escape}{Escape}");
  expect(read()).toEqual(["SPAN"]);
  await user.tab();
  expect(read()).toEqual(["SPAN", "AGENT"]);
});

test("Backspace in the empty field selects the last value, and only a second one removes it", async () => {
  const { user, field, read } = start(["GENERATION", "SPAN"]);
  await user.click(field);
  await user.keyboard("{Backspace}");
  expect(read()).toEqual(["GENERATION", "SPAN"]);
  await user.keyboard("{Backspace}");
  expect(read()).toEqual(["GENERATION"]);
});

test("Backspace in typed text removes a character and no value", async () => {
  const { user, field, read } = start(["SPAN"]);
  await user.click(field);
  await user.keyboard("TOOLS{Backspace}{Enter}");
  expect(read()).toEqual(["SPAN", "TOOL"]);
});

test("pasted lines and comma-separated values become one value each", async () => {
  const { user, field, read } = start([]);
  await user.click(field);
  await user.paste("SPAN, TOOL\nAGENT");
  expect(read()).toEqual(["SPAN", "TOOL", "AGENT"]);
});
