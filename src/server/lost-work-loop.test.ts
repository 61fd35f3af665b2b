import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { log } from "./log";
import { createLostWorkLoop } from "./lost-work-loop";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("while the engine is behind the program registers at once and once a minute, even after a failure", async () => {
  let [isBehind, looks, registrations] = [false, 0, 0];
  const watch = {
    look: () => {
      looks += 1;
      return Promise.resolve({ leasesEnded: 0, actionsWoken: 0 });
    },
    isEngineBehind: () => isBehind,
  };
  const loop = createLostWorkLoop(watch, log.child({}, { level: "silent" }), () => {
    registrations += 1;
    return registrations === 1 ? Promise.reject(new Error("away")) : Promise.resolve();
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([looks, registrations]).toEqual([31, 0]);
  isBehind = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(registrations).toBe(1);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(registrations).toBe(3);
  isBehind = false;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(registrations).toBe(3);
  await loop.stop();
  const before = looks;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBe(before);
});
