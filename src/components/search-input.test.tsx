import { useState } from "react";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { SearchInput } from "./search-input";

/** Holds the value of a search field as a page does, with a button that clears it. */
function Page() {
  const [value, setValue] = useState("");
  return (
    <>
      <SearchInput aria-label="Search" value={value} onValueChange={setValue} />
      <button onClick={() => setValue("")}>Clear</button>
      <output>{value}</output>
    </>
  );
}

test("a search leaves the text of its field, with a space at its end, and a cleared filter clears it", async () => {
  render(<Page />);
  const field = screen.getByLabelText("Search");
  await userEvent.type(field, "slow {Enter}");
  expect([screen.getByRole("status").textContent, field]).toEqual([
    "slow",
    expect.objectContaining({ value: "slow " }),
  ]);
  await userEvent.click(screen.getByText("Clear"));
  expect(field).toHaveProperty("value", "");
});
