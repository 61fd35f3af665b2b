import { expect, test } from "vitest";
import { createBodyBudgets } from "./body-budgets";

const MIB = 1_048_576;
const project = (name: string) => [{ name, label: "This project", share: 1 / 2 }];

test("on a heap of any size a whole request of 32 MiB fits, and small requests have room of their own", () => {
  for (const heapBytes of [256 * MIB, 1_200 * MIB, 16_000 * MIB]) {
    const { largeEvents, smallEvents } = createBodyBudgets(heapBytes);
    expect(largeEvents.reading.max).toBeGreaterThanOrEqual(64 * MIB);
    largeEvents.reading.reserve(project("a"), 32 * MIB);
    smallEvents.reading.reserve(project("a"), MIB);
  }
});
