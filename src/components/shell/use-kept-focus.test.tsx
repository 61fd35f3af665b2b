import { render, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { useKeptFocus } from "./use-kept-focus";

function Page({ isSent, isShown = true }: { isSent: boolean; isShown?: boolean }) {
  useKeptFocus();
  return (
    <main>
      <input aria-label="Search" />
      {isShown && (
        <div>
          <a href="#page">Open as page</a>
          {isSent ? <button type="button">Resend</button> : <button type="button">Send now</button>}
        </div>
      )}
    </main>
  );
}

test("a focused button that goes away leaves the focus to its neighbour, and not to a field", async () => {
  const { rerender } = render(<Page key="page" isSent={false} />);
  const [keyed] = [screen.getByRole("button", { name: "Send now" })];
  keyed.focus();
  keyed.remove();
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Open as page"));
  rerender(<Page key="page" isSent={false} isShown={false} />);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(document.activeElement).toBe(document.body);
});
