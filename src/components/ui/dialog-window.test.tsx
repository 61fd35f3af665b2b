import { render, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { DialogWindow } from "./dialog-window";

test("an opened dialog focuses its first text field, or without one its first control", async () => {
  const { unmount } = render(
    <DialogWindow open onOpenChange={() => undefined} title="Paste a filter">
      <textarea aria-label="Filter as JSON" />
      <input aria-label="Name" />
    </DialogWindow>,
  );
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Filter as JSON" })));
  unmount();
  render(
    <DialogWindow open onOpenChange={() => undefined} title="Keyboard shortcuts">
      <p>Text</p>
    </DialogWindow>,
  );
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Close" })));
});
