import { decodeTime, isValid } from "ulid";
import { expect, test } from "vitest";
import { createUlidMaker, encodeUlid, makeUlidEntropyOfNthId, makeUlidEntropy } from "./ulid";

test("encodes as the specification does", () => {
  expect(encodeUlid(0, new Uint8Array(10))).toBe("00000000000000000000000000");
  expect(encodeUlid(2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  const id = encodeUlid(1_469_918_176_385, makeUlidEntropy());
  expect(isValid(id)).toBe(true);
  expect(decodeTime(id)).toBe(1_469_918_176_385);
});

test("counting changes the last four bytes only, and wraps there", () => {
  expect([...makeUlidEntropyOfNthId(Uint8Array.of(1, 2, 3, 4, 5, 6, 255, 255, 255, 255), 1)]).toEqual([
    1, 2, 3, 4, 5, 6, 0, 0, 0, 0,
  ]);
});

test("each id sorts after those before, within a millisecond and when the clock goes back", () => {
  let now = 1_700_000_000_000;
  const next = createUlidMaker(() => now);
  const ids: string[] = [];
  for (const time of [0, 0, 0, 5, 5, -100, 6]) {
    now = 1_700_000_000_000 + time;
    ids.push(next(), next());
  }
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
