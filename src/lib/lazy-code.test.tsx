import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { makeLazyCodeLoader } from "./lazy-code";

afterEach(() => vi.useRealTimers());

test("a page whose code did not arrive keeps working, and shows the code once it arrives", async () => {
  vi.useFakeTimers();
  let isOnline = false;
  const code = makeLazyCodeLoader(() =>
    isOnline ? Promise.resolve({ word: "loaded" }) : Promise.reject(new Error("offline")),
  );
  const Page = () => <p>{code.use(true)?.word ?? "early"}</p>;
  render(<Page />);
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(screen.getByText("early")).toBeTruthy();
  isOnline = true;
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  expect(screen.getByText("loaded")).toBeTruthy();
});

test("code that nothing needs is asked for once, and not again after a failure", async () => {
  vi.useFakeTimers();
  const fetchCode = vi.fn(() => Promise.reject(new Error("offline")));
  const code = makeLazyCodeLoader(fetchCode);
  await code.load();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(fetchCode).toHaveBeenCalledTimes(1);
});
