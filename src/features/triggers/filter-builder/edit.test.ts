import { describe, expect, it } from "vitest";
import { checkFilter } from "@/domain/filter/check";
import { observationCreated } from "@/domain/event-source/observation-created/index";
import { emptyFilter, type Filter, type FilterCondition } from "@/domain/filter/schema";
import {
  insertAt,
  newCondition,
  nodeAt,
  removeAt,
  replaceAt,
  withColumn,
  withKey,
  withOperator,
  withValue,
  type FilterColumn,
} from "./edit";

const source = observationCreated;
const column = (id: string): FilterColumn => {
  const found = source.columns.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no column ${id}`);
  return found;
};
const on = (id: string): FilterCondition => ({ type: "condition", column: id, operator: "is null" });
const nested: Filter = {
  type: "group",
  match: "all",
  children: [on("name"), { type: "group", match: "any", children: [on("model"), on("tags")] }],
};

describe("editing a tree", () => {
  it("replaces, inserts and removes at any depth and leaves the original alone", () => {
    const before = JSON.stringify(nested);
    expect(nodeAt(replaceAt(nested, [1, 0], on("level")), [1, 0])).toEqual(on("level"));
    const inserted = insertAt(nested, [1, 1], on("type"));
    expect([nodeAt(inserted, [1, 1]), nodeAt(inserted, [1, 2])]).toEqual([on("type"), on("tags")]);
    expect(removeAt(inserted, [1, 1])).toEqual(nested);
    expect(removeAt(nested, [1])).toEqual({ ...nested, children: [on("name")] });
    expect(JSON.stringify(nested)).toBe(before);
  });

  it("finds nothing beyond the tree", () => {
    expect(nodeAt(nested, [5])).toBeNull();
    expect(nodeAt(nested, [0, 0])).toBeNull();
  });
});

describe("editing a condition", () => {
  it("starts with one that only lacks its value", () => {
    const filter = insertAt(emptyFilter, [0], newCondition(source));
    expect(checkFilter(source, filter).map((problem) => problem.code)).toEqual(["bad_value"]);
  });

  it("keeps what fits when the column changes, and takes an operator of the new one else", () => {
    const condition = withValue({ type: "condition", column: "name", operator: "any of" }, ["a", "b"]);
    expect(withColumn(condition, column("model"))).toEqual({ ...condition, column: "model" });
    expect(withColumn(condition, column("latency"))).toEqual({ type: "condition", column: "latency", operator: "=" });
  });

  it("carries a value over from one text to a list and back", () => {
    const text: FilterCondition = { type: "condition", column: "name", operator: "contains", value: "chat" };
    const list = withOperator(text, column("name"), "any of");
    expect(list.value).toEqual(["chat"]);
    expect(withOperator(list, column("name"), "=").value).toBe("chat");
    expect(withOperator(list, column("name"), "is null")).not.toHaveProperty("value");
  });

  it("drops the key where the column has none", () => {
    const keyed: FilterCondition = { type: "condition", column: "metadata", key: "team", operator: "=", value: "x" };
    expect(withColumn(keyed, column("statusMessage"))).toEqual({
      type: "condition",
      column: "statusMessage",
      operator: "=",
      value: "x",
    });
    expect(withKey(keyed, "")).not.toHaveProperty("key");
  });
});
