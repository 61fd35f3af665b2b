import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { DropdownMenu, MenuItem } from "./dropdown-menu";
import { IconButton } from "./icon-button";

function start() {
  const onSelect = vi.fn();
  render(
    <DropdownMenu trigger={<IconButton label="More">…</IconButton>}>
      <MenuItem onSelect={onSelect}>First</MenuItem>
      <MenuItem onSelect={() => undefined}>Second</MenuItem>
    </DropdownMenu>,
  );
  return { user: userEvent.setup(), onSelect, trigger: screen.getByRole("button", { name: "More" }) };
}

test("a press before the menu's script has loaded opens the menu later, and a second press closes it", async () => {
  const { user, trigger } = start();
  expect(trigger.getAttribute("aria-expanded")).toBe("false");
  await user.click(trigger);
  expect(await screen.findByRole("menuitem", { name: "First" })).toBeTruthy();
  expect(trigger.getAttribute("aria-expanded")).toBe("true");
  await user.click(trigger);
  await waitFor(() => expect(screen.queryByRole("menuitem")).toBeNull());
});

test("a key opens the menu on its first item, Enter chooses it, and the focus returns to the button", async () => {
  const { user, trigger, onSelect } = start();
  trigger.focus();
  await user.keyboard("{ArrowDown}");
  const first = await screen.findByRole("menuitem", { name: "First" });
  await waitFor(() => expect(document.activeElement).toBe(first));
  await user.keyboard("{Enter}");
  expect(onSelect).toHaveBeenCalledTimes(1);
  await waitFor(() => expect(document.activeElement).toBe(trigger));
});
