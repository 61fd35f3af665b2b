import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { ConfirmButton } from "./confirm-button";

test("a refused confirmation stays open with its reason, and the reason is gone once the person asks again", async () => {
  const onConfirm = vi.fn(() => Promise.resolve());
  onConfirm.mockRejectedValueOnce(new Error("This key was revoked by Ada."));
  const user = userEvent.setup();
  render(
    <ConfirmButton
      title="Revoke the key?"
      description="It stops working."
      confirmLabel="Revoke key"
      onConfirm={onConfirm}
    >
      Revoke
    </ConfirmButton>,
  );
  await user.click(screen.getByRole("button", { name: "Revoke" }));
  const dialog = await screen.findByRole("alertdialog", { name: "Revoke the key?" });
  await user.click(screen.getByRole("button", { name: "Revoke key" }));
  await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("This key was revoked by Ada."));
  expect(dialog.contains(screen.getByRole("alert"))).toBe(true);
  await user.click(screen.getByRole("button", { name: "Revoke key" }));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
});
