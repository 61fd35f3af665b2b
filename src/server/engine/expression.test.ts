import { describe, expect, test } from "vitest";
import { compileExpression, holds, keyOf, requiredMatch, valueAt } from "./expression";

const event = (data: Record<string, unknown>, name = "a") => ({ id: "1", name, data, ts: 1, user: {} });

describe("holds", () => {
  test.each([
    ["event.data.a == 'x'", { a: "x" }, true],
    ["event.data.a == 'x'", {}, false],
    ["event.data.a != 'x'", {}, true],
    ["event.data.a == null", {}, true],
    ["event.data.a.b.c == 'x'", {}, false],
    ["event.data.n > 1", { n: 1.5 }, true],
    ["event.data.n > 1", { n: "two" }, false],
    ["event.data.a", {}, false],
    ["event.data.a", { a: true }, true],
    ["event.data.a == 1 || event.data.b == 2", { b: 2 }, true],
    ["'x' in event.data.tags", { tags: ["x"] }, true],
    ["event.data.tags.exists(t, t == 'y')", { tags: ["x"] }, false],
    ["event.data.constructor == 'x'", {}, false],
    ["event.data.__proto__ == null", {}, true],
    ["event.name == 'a'", {}, true],
  ])("%s with %j is %s", (source, data, expected) => {
    expect(holds(compileExpression(source), { event: event(data) })).toBe(expected);
  });

  test("compares the new event with the run's first", () => {
    const expression = compileExpression("async.data.id == event.data.id && async.data.ok == true");
    expect(holds(expression, { event: event({ id: 1 }), async: event({ id: 1, ok: true }) })).toBe(true);
    expect(holds(expression, { event: event({ id: 1 }), async: event({ id: 2, ok: true }) })).toBe(false);
  });

  test("says where an expression is wrong", () => {
    expect(() => compileExpression("event.data ==")).toThrow(/Unexpected token/);
  });
});

test("a key is the value as text, and empty without one", () => {
  const key = (source: string, data: Record<string, unknown>) => keyOf(compileExpression(source), event(data));
  expect(key("event.data.k", { k: "a" })).toBe("a");
  expect(key("event.data.k", { k: 5 })).toBe("5");
  expect(key("event.data.k", {})).toBe("");
  expect(key("event.data.a + '-' + event.data.b", { a: "x", b: "y" })).toBe("x-y");
  expect(key("event.data.k", { k: "x".repeat(5000) })).toHaveLength(64);
});

describe("requiredMatch", () => {
  test("an equality becomes an index entry, which exactly the events that can match have", () => {
    const match = requiredMatch(
      compileExpression("async.data.ok == true && event.data.id == async.data.id"),
      event({ id: "x" }),
    );
    expect(match).toEqual({ path: "data.ok", value: "true" });
    const byId = requiredMatch(compileExpression("async.data.id == event.data.id"), event({ id: "x" }));
    expect(byId).toEqual({ path: "data.id", value: '"x"' });
    expect(valueAt(event({ id: "x" }), "data.id")).toBe(byId?.value);
    expect(valueAt(event({ id: "y" }), "data.id")).not.toBe(byId?.value);
    expect(valueAt(event({}), "data.id")).toBe("null");
  });

  test.each([
    "async.data.n > 1",
    "async.data.a == 1 || async.data.b == 2",
    "event.data.a == 1",
    "async.data['x.y'] == 1",
  ])("%s has none: every event is asked", (source) => {
    expect(requiredMatch(compileExpression(source), event({}))).toBeNull();
  });
});
