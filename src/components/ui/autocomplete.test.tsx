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
