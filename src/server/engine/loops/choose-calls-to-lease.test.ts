import { expect, test } from "vitest";
import { compileExpression } from "../expression";
import { makeLaneOfConcurrencyKeys, listConcurrencyLimits, type FunctionConfig } from "../sync/function-config";
import { chooseCallsToLease, type LeasableWork } from "./choose-calls-to-lease";

const fn = (id: string, options: Partial<FunctionConfig> = {}): FunctionConfig => ({
  id,
  name: id,
  eventTriggers: [],
  crons: [],
  attemptsMax: 1,
  batch: null,
  concurrency: [],
  options: {},
  ...options,
});
const calls = (of: FunctionConfig, lane: string, itemIds: string[]): LeasableWork => ({
  kind: "call",
  fn: of,
  lane,
  itemIds,
});
const keyed = { concurrency: [{ limit: 2, key: compileExpression("event.data.k") }] };

test("functions take turns, and so do the lanes of a function", () => {
  const [a, b] = [fn("a"), fn("b", keyed)];
  const offers = [calls(a, "", ["a1", "a2", "a3", "a4"]), calls(b, "x", ["x1", "x2"]), calls(b, "y", ["y1"])];
  expect(chooseCallsToLease(offers, { usage: new Map(), room: 5 })).toMatchObject({
    itemIds: ["a1", "x1", "a2", "y1", "a3"],
    batches: [],
    left: true,
  });
  expect(chooseCallsToLease(offers, { usage: new Map(), room: 50 })).toMatchObject({
    itemIds: ["a1", "x1", "a2", "y1", "a3", "x2", "a4"],
    batches: [],
    left: false,
  });
});

test("a lane at its limit does not stop the other lanes", () => {
  const b = fn("b", keyed);
  const choice = chooseCallsToLease([calls(b, "x", ["x1", "x2", "x3"]), calls(b, "y", ["y1"])], {
    usage: new Map([["b\u001f0\u001fx", 1]]),
    room: 10,
  });
  expect(choice).toMatchObject({ itemIds: ["x1", "y1"], batches: [], left: true });
});

test("a run counts against both of its keyed limits", () => {
  const limit = (key: string, max: number) => ({ limit: max, key: compileExpression(key) });
  const both = fn("b", { concurrency: [limit("event.data.action", 2), limit("event.data.project", 3)] });
  const lane = (action: string, project: string) =>
    calls(
      both,
      makeLaneOfConcurrencyKeys([action, project]),
      [1, 2, 3].map((n) => `${action}${n}`),
    );
  const choice = chooseCallsToLease([lane("a", "p"), lane("b", "p"), lane("c", "q")], { usage: new Map(), room: 10 });
  expect(choice.itemIds.toSorted()).toEqual(["a1", "a2", "b1", "c1", "c2"]);
  expect(choice.left).toBe(true);
});

test("a key that contains the separator stays one key", () => {
  const keys = [makeLaneOfConcurrencyKeys(["a\u001fb", "c"]), makeLaneOfConcurrencyKeys(["a", "b\u001fc"])];
  expect(keys[0]).not.toBe(keys[1]);
  const both = fn("b", {
    concurrency: ["x", "y"].map((key) => ({ limit: 1, key: compileExpression(`event.data.${key}`) })),
  });
  expect(listConcurrencyLimits(both, keys[0]!)).toHaveLength(2);
  expect(listConcurrencyLimits(both, keys[0]!)[1]?.name.endsWith("\u001fc")).toBe(true);
});

test("batches of a key run one after the other, within the function's limit", () => {
  const batching = fn("b", {
    batch: { sizeMax: 10, timeoutMs: 1000, key: null, if: null },
    concurrency: [{ limit: 3, key: null }],
  });
  const choice = chooseCallsToLease(
    [{ kind: "batch", fn: batching, key: "k", count: 2 }, calls(batching, "", ["next"])],
    {
      usage: new Map([["b\u001f0", 1]]),
      room: 10,
    },
  );
  expect(choice).toMatchObject({ itemIds: ["next"], batches: [{ fn: batching, key: "k", skip: 0 }], left: true });
});

test("a look begins after the last served lane, so that a single free place serves all lanes in turn", () => {
  const limited = fn("a", { concurrency: [{ limit: 1, key: null }] });
  const offers = ["x", "y", "z"].map((lane) => calls(limited, lane, [`${lane}1`, `${lane}2`]));
  const served: string[] = [];
  let lastLanes: ReadonlyMap<string, string> = new Map();
  for (let look = 0; look < 4; look++) {
    const choice = chooseCallsToLease(offers, { usage: new Map(), room: 10, lastLanes });
    served.push(...choice.itemIds);
    lastLanes = choice.lastLanes;
  }
  expect(served).toEqual(["x1", "y1", "z1", "x1"]);
});
