import { act, render } from "@testing-library/react";
import { expect, test } from "vitest";
import { loadOnFirstInteraction } from "./load-on-first-interaction";
import { useCountPendingPageChange } from "./page-change";

/** Makes a load that ends when the test says so, and counts its calls. */
function makeLoad() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const load = { calls: 0, end, run: () => (load.calls++, ended) };
  return load;
}

const PageChange = ({ isPending }: { isPending: boolean }) => (useCountPendingPageChange(isPending), null);

test("after a person's first key two loads run at a time, and a page that somebody asked for comes before the next", async () => {
  const loads = [makeLoad(), makeLoad(), makeLoad(), makeLoad()];
  for (const { run } of loads) loadOnFirstInteraction(run);
  const begun = async () => {
    await act(async () => new Promise((resolve) => setTimeout(resolve, 0)));
    return loads.map(({ calls }) => calls);
  };
  expect(await begun()).toEqual([0, 0, 0, 0]);
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab" }));
  expect(await begun()).toEqual([1, 1, 0, 0]);
  loads[0]!.end();
  expect(await begun()).toEqual([1, 1, 1, 0]);
  const { rerender } = render(<PageChange isPending />);
  loads[1]!.end();
  expect(await begun()).toEqual([1, 1, 1, 0]);
  rerender(<PageChange isPending={false} />);
  expect(await begun()).toEqual([1, 1, 1, 1]);
});
