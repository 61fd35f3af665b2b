import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { RowPanel } from "./row-panel";

function page(rowKey: string | null, onClose: () => void) {
  return (
    <>
      <a href="#row" data-row-link="exe_1">
        Row
      </a>
      <RowPanel rowKey={rowKey} onClose={onClose} title="Execution">
        <button type="button">Resend</button>
      </RowPanel>
    </>
  );
}

test("an opened panel has the focus, none of its buttons does; Esc closes it and focuses the row", async () => {
  const onClose = vi.fn();
  const { rerender } = render(page("exe_1", onClose));
  expect(document.activeElement).toBe(screen.getByRole("dialog", { name: "Execution" }));
  await userEvent.setup().keyboard("{Escape}");
  expect(onClose).toHaveBeenCalledTimes(1);
  rerender(page(null, onClose));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement?.textContent).toBe("Row");
});

test("the arrow keys change the width of the panel, within its bounds", async () => {
  render(page("exe_1", () => undefined));
  screen.getByRole("slider", { name: "Width of the panel" }).focus();
  const width = () => Number.parseInt(document.documentElement.style.getPropertyValue("--panel-width"), 10);
  const user = userEvent.setup();
  await user.keyboard("{Home}");
  expect(width()).toBe(1_600);
  await user.keyboard("{End}");
  expect(width()).toBe(420);
  expect(document.cookie).toContain("panel=420");
});

test("buttons open the row before and the row after, as K and J do", async () => {
  const opened: string[] = [];
  render(
    <>
      {["exe_1", "exe_2", "exe_3"].map((key) => (
        <a key={key} href="#row" data-row-link={key} onClick={() => opened.push(key)}>
          {key}
        </a>
      ))}
      <RowPanel rowKey="exe_2" onClose={() => undefined} title="Execution">
        Body
      </RowPanel>
    </>,
  );
  Element.prototype.scrollIntoView ??= () => undefined;
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Next row" }));
  await user.click(screen.getByRole("button", { name: "Previous row" }));
  expect(opened).toEqual(["exe_3", "exe_1"]);
});
