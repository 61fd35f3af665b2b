import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FairWorkGate } from "./fair-work-gate";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const refusal = (code: string) => expect.objectContaining({ code, retryAfterSeconds: 1 }) as Error;

test("heavy work runs in order, alone if it is too heavy, and does not wait for ever", async () => {
  const gate = new FairWorkGate({ max: 10, pauses: false });
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const begin = (name: string, weight: number, withinMs = 10_000) =>
    gate.run({ owner: "all", weight, withinMs }, () => {
      order.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const first = begin("first", 6);
  const heavy = begin("heavy", 50);
  const light = begin("light", 1);
  await expect(begin("impatient", 1, 1)).rejects.toEqual(refusal("UNAVAILABLE"));
  expect(order).toEqual(["first"]);
  ends.shift()!();
  await first;
  await expect.poll(() => order).toEqual(["first", "heavy"]);
  ends.shift()!();
  await heavy;
  await expect.poll(() => order).toEqual(["first", "heavy", "light"]);
  ends.shift()!();
  await light;
});

describe("large work", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("goes one at a time, its owners in turns, and one that does not get its turn in time is refused", async () => {
    const gate = new FairWorkGate({ max: 0, pauses: true });
    const order: string[] = [];
    const run = (name: string, owner: string, withinMs = 60_000) =>
      gate.run({ owner, weight: 1, withinMs }, async () => {
        order.push(`${name} begins`);
        await pause(100);
        order.push(`${name} ends`);
      });
    const work = [run("a1", "a"), run("a2", "a"), run("a3", "a"), run("b1", "b")];
    const late = expect(run("c1", "c", 150)).rejects.toEqual(refusal("UNAVAILABLE"));
    await vi.runAllTimersAsync();
    await Promise.all([...work, late]);
    const names = ["a1", "b1", "a2", "a3"];
    expect(order).toEqual(names.flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test("pauses an owner for as long as its turn took, and no other owner", async () => {
    const gate = new FairWorkGate({ max: 0, pauses: true });
    const begun: number[] = [];
    const since = performance.now();
    const begin = (owner: string) =>
      gate.run({ owner, weight: 1, withinMs: 60_000 }, () => {
        begun.push(performance.now() - since);
        return pause(100);
      });
    const work = [begin("a"), begin("a"), begin("b")];
    await vi.runAllTimersAsync();
    await Promise.all(work);
    expect(begun).toEqual([0, 100, 200]);
    const failing = gate.run({ owner: "c", weight: 1, withinMs: 60_000 }, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    const next = gate.run({ owner: "d", weight: 1, withinMs: 60_000 }, () => Promise.resolve("yes"));
    await vi.runAllTimersAsync();
    expect(await next).toBe("yes");
  });

  test("of medium weight goes side by side, without pauses, and heavier work is not passed by", async () => {
    const gate = new FairWorkGate({ max: 10, pauses: false });
    const begun: [string, number][] = [];
    const since = performance.now();
    const begin = (owner: string, weight: number) =>
      gate.run({ owner, weight, withinMs: 60_000 }, () => {
        begun.push([owner, performance.now() - since]);
        return pause(100);
      });
    const work = [begin("a", 4), begin("a", 4), begin("a", 4), begin("b", 8), begin("c", 1)];
    await vi.runAllTimersAsync();
    await Promise.all(work);
    expect(begun).toEqual([
      ...[
        ["a", 0],
        ["a", 0],
        ["a", 100],
      ],
      ...[
        ["b", 200],
        ["c", 200],
      ],
    ]);
  });
});
