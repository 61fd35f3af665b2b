import { expect, test } from "vitest";
import { compileExpression } from "../expression";
import type { FunctionConfig } from "../sync/function-config";
import { choose, type Offer } from "./choose";

const fn = (id: string, options: Partial<FunctionConfig> = {}): FunctionConfig => ({
  id,
  name: id,
  eventTriggers: [],
  crons: [],
  attemptsMax: 1,
  batch: null,
  concurrency: [],
  cancelOn: [],
  jitterMs: {},
  flow: null,
  options: {},
  ...options,
});
const calls = (of: FunctionConfig, lane: string, itemIds: string[]): Offer => ({ kind: "call", fn: of, lane, itemIds });
const keyed = { concurrency: [{ limit: 2, key: compileExpression("event.data.k"), shared: false }] };

test("functions take turns, and lanes within a function", () => {
  const [a, b] = [fn("a"), fn("b", keyed)];
  const offers = [calls(a, "", ["a1", "a2", "a3", "a4"]), calls(b, "x", ["x1", "x2"]), calls(b, "y", ["y1"])];
  expect(choose(offers, new Map(), 5)).toEqual({ itemIds: ["a1", "x1", "a2", "y1", "a3"], batches: [], left: true });
  expect(choose(offers, new Map(), 50)).toEqual({
    itemIds: ["a1", "x1", "a2", "y1", "a3", "x2", "a4"],
    batches: [],
    left: false,
  });
});

test("a lane at its limit is passed over, and the rest goes on", () => {
  const b = fn("b", keyed);
  const choice = choose(
    [calls(b, "x", ["x1", "x2", "x3"]), calls(b, "y", ["y1"])],
    new Map([["b\u001f0\u001fx", 1]]),
    10,
  );
  expect(choice).toEqual({ itemIds: ["x1", "y1"], batches: [], left: true });
});

test("a limit that functions share counts both", () => {
  const shared = { concurrency: [{ limit: 1, key: compileExpression("event.data.k"), shared: true }] };
  expect(
    choose([calls(fn("a", shared), "x", ["a1"]), calls(fn("b", shared), "x", ["b1"])], new Map(), 10),
  ).toMatchObject({ itemIds: ["a1"], left: true });
});

test("batches of a key follow one another, within the function's limit", () => {
  const batching = fn("b", {
    batch: { sizeMax: 10, timeoutMs: 1000, key: null, if: null },
    concurrency: [{ limit: 3, key: null, shared: false }],
  });
  const choice = choose(
    [{ kind: "batch", fn: batching, key: "k", count: 2 }, calls(batching, "", ["next"])],
    new Map([["b\u001f0", 1]]),
    10,
  );
  expect(choice).toEqual({ itemIds: ["next"], batches: [{ fn: batching, key: "k", skip: 0 }], left: true });
});
