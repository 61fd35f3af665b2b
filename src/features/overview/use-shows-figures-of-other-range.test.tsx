import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import type { TimeRange } from "@/lib/time-range";
import { useShowsFiguresOfOtherRange } from "./use-shows-figures-of-other-range";

const day: TimeRange = { range: "24h", from: null, to: null };
const hour: TimeRange = { range: "1h", from: null, to: null };

test("figures are of another range from the choice of a range until its figures arrive", () => {
  const { result, rerender } = renderHook(
    ({ isPlaceholder, range }) => useShowsFiguresOfOtherRange(isPlaceholder, range),
    {
      initialProps: { isPlaceholder: false, range: day },
    },
  );
  const after = (isPlaceholder: boolean, range: TimeRange): boolean => {
    rerender({ isPlaceholder, range });
    return result.current;
  };
  expect(after(true, day), "the range moved on by a minute").toBe(false);
  expect(after(false, day)).toBe(false);
  expect(after(true, hour), "another range was chosen").toBe(true);
  expect(after(false, hour)).toBe(false);
  expect(after(true, day), "the first range was chosen again").toBe(true);
});
