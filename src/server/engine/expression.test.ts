import { describe, expect, test } from "vitest";
import { compileExpression, isExpressionTrue, evaluateKeyExpression } from "./expression";

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
    expect(isExpressionTrue(compileExpression(source), event(data))).toBe(expected);
  });

  test("says where an expression is wrong", () => {
    expect(() => compileExpression("event.data ==")).toThrow(/Unexpected token/);
  });
});

test("a key is the value as text, and empty without one", () => {
  const key = (source: string, data: Record<string, unknown>) =>
    evaluateKeyExpression(compileExpression(source), event(data));
  expect(key("event.data.k", { k: "a" })).toBe("a");
  expect(key("event.data.k", { k: 5 })).toBe("5");
  expect(key("event.data.k", {})).toBe("");
  expect(key("event.data.a + '-' + event.data.b", { a: "x", b: "y" })).toBe("x-y");
  expect(key("event.data.k", { k: "x".repeat(5000) })).toHaveLength(64);
});
