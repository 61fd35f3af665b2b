import { expect, test } from "vitest";
import { GrowingBuffer } from "./growing-buffer";

const MIB = 1_048_576;

test.each([0, 10, 5 * MIB])("the bytes of all chunks come out in their order, with %i expected", (expected) => {
  const gathered = new GrowingBuffer({ expected, bytesMax: 64 * MIB });
  const chunks = [3, 100_000, 1, 2 * MIB, 9 * MIB].map((size, n) => Buffer.alloc(size, n + 1));
  for (const chunk of chunks) gathered.add(chunk);
  expect(gathered.size).toBe(11 * MIB + 100_004);
  expect(Buffer.concat(chunks).equals(gathered.bytes)).toBe(true);
});

test("a body of the announced length takes its memory once", () => {
  const gathered = new GrowingBuffer({ expected: 4, bytesMax: 10 });
  gathered.add(Buffer.from("ab"));
  const { buffer } = gathered.bytes;
  gathered.add(Buffer.from("cd"));
  expect([Buffer.from(gathered.bytes).toString(), gathered.bytes.buffer === buffer]).toEqual(["abcd", true]);
});
