import { describe, expect, it } from "vitest";
import { checkFilter } from "@/domain/filter/check-filter";
import { observationCreatedSource } from "@/domain/event-source/observation-created/index";
import { emptyFilter, type Filter, type FilterCondition } from "@/domain/filter/schema";
import { getNodeKey } from "./node-key";
import {
  duplicateNodeAt,
  editConditionAt,
  insertNodeAt,
  moveNodeStep,
  moveNodeTo,
  makeNewCondition,
  findFilterNodeAt,
  removeNodeAt,
  replaceNodeAt,
  changeConditionColumn,
  changeConditionKey,
  changeConditionOperator,
  changeConditionValue,
  type FilterBuilderColumn,
} from "./edit-filter";

const source = observationCreatedSource;
const column = (id: string): FilterBuilderColumn => {
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
    expect(findFilterNodeAt(replaceNodeAt(nested, [1, 0], on("level")), [1, 0])).toEqual(on("level"));
    const inserted = insertNodeAt(nested, [1, 1], on("type"));
    expect([findFilterNodeAt(inserted, [1, 1]), findFilterNodeAt(inserted, [1, 2])]).toEqual([on("type"), on("tags")]);
    expect(removeNodeAt(inserted, [1, 1])).toEqual(nested);
    expect(removeNodeAt(nested, [1])).toEqual({ ...nested, children: [on("name")] });
    expect(JSON.stringify(nested)).toBe(before);
  });

  it("finds nothing beyond the tree", () => {
    expect(findFilterNodeAt(nested, [5])).toBeNull();
    expect(findFilterNodeAt(nested, [0, 0])).toBeNull();
  });
});

describe("moving a node", () => {
  const order = (filter: Filter): string[] =>
    filter.children.flatMap((child) => (child.type === "group" ? [`(${order(child).join(" ")})`] : [child.column]));
  const three: Filter = {
    ...nested,
    children: [on("name"), { type: "group", match: "any", children: [on("model"), on("tags")] }, on("type")],
  };

  it.each([
    [[0], "down", "(name model tags) type", [0, 0]],
    [[2], "up", "name (model tags type)", [1, 2]],
    [[1, 0], "up", "name model (tags) type", [1]],
    [[1, 1], "down", "name (model) tags type", [2]],
    [[1, 0], "down", "name (tags model) type", [1, 1]],
    [[1], "up", "(model tags) name type", [0]],
    [[1], "down", "name type (model tags)", [2]],
  ] as const)("from %j %s gives %s", (from, direction, expected, path) => {
    const moved = moveNodeStep(three, from, direction);
    expect(moved && order(moved.filter).join(" ")).toBe(expected);
    expect(moved?.path).toEqual(path);
    expect(findFilterNodeAt(moved!.filter, moved!.path)).toBe(findFilterNodeAt(three, from));
  });

  it("stops at the ends of the tree, and never goes into itself", () => {
    expect(moveNodeStep(three, [0], "up")).toBeNull();
    expect(moveNodeStep(three, [2], "down")).toBeNull();
    expect(moveNodeTo(three, [1], [1, 0])).toBeNull();
  });

  it("puts a dragged node before the place where it is dropped", () => {
    expect(order(moveNodeTo(three, [0], [3])!.filter).join(" ")).toBe("(model tags) type name");
    expect(order(moveNodeTo(three, [2], [0])!.filter).join(" ")).toBe("type name (model tags)");
    expect(order(moveNodeTo(three, [0], [1, 1])!.filter).join(" ")).toBe("(model name tags) type");
  });

  it("a copy stands after its original and shares nothing with it", () => {
    const copied = duplicateNodeAt(three, [1]);
    expect(order(copied).join(" ")).toBe("name (model tags) (model tags) type");
    expect(findFilterNodeAt(copied, [2])).not.toBe(findFilterNodeAt(copied, [1]));
  });

  it("a node keeps its key through edits and moves, and a copy gets its own", () => {
    const key = getNodeKey(findFilterNodeAt(three, [1, 0])!);
    const edited = replaceNodeAt(three, [1, 0], on("level"));
    expect(getNodeKey(findFilterNodeAt(edited, [1, 0])!)).toBe(key);
    expect(getNodeKey(findFilterNodeAt(edited, [1])!)).toBe(getNodeKey(findFilterNodeAt(three, [1])!));
    expect(getNodeKey(findFilterNodeAt(moveNodeStep(edited, [1, 0], "up")!.filter, [1])!)).toBe(key);
    expect(getNodeKey(findFilterNodeAt(duplicateNodeAt(three, [1]), [2])!)).not.toBe(
      getNodeKey(findFilterNodeAt(three, [1])!),
    );
  });
});

describe("editing a condition", () => {
  it("edits the condition at a path, and leaves a group and a path beyond the tree alone", () => {
    const edited = editConditionAt(nested, [1, 0], (condition) => changeConditionValue(condition, "m"));
    expect(findFilterNodeAt(edited, [1, 0])).toEqual(changeConditionValue(on("model"), "m"));
    expect(editConditionAt(nested, [1], () => on("level"))).toBe(nested);
    expect(editConditionAt(nested, [5], () => on("level"))).toBe(nested);
  });

  it("starts with one that only lacks its value", () => {
    const filter = insertNodeAt(emptyFilter, [0], makeNewCondition(source));
    expect(checkFilter(source, filter).map((problem) => problem.code)).toEqual(["bad_value"]);
  });

  it("keeps what fits when the column changes, and takes an operator of the new one else", () => {
    const condition = changeConditionValue({ type: "condition", column: "name", operator: "any of" }, ["a", "b"]);
    expect(changeConditionColumn(condition, column("model"), column("name"))).toEqual({
      ...condition,
      column: "model",
    });
    expect(changeConditionColumn(condition, column("latency"), column("name"))).toEqual({
      type: "condition",
      column: "latency",
      operator: ">",
    });
  });

  it("carries a value over from one text to a list and back", () => {
    const text: FilterCondition = { type: "condition", column: "name", operator: "contains", value: "chat" };
    const list = changeConditionOperator(text, column("name"), "any of");
    expect(list.value).toEqual(["chat"]);
    expect(changeConditionOperator(list, column("name"), "=").value).toBe("chat");
    expect(changeConditionOperator(list, column("name"), "is null")).not.toHaveProperty("value");
  });

  it("drops the key where the column has none", () => {
    const keyed: FilterCondition = { type: "condition", column: "metadata", key: "team", operator: "=", value: "x" };
    expect(changeConditionColumn(keyed, column("statusMessage"), column("metadata"))).toEqual({
      type: "condition",
      column: "statusMessage",
      operator: "=",
      value: "x",
    });
    expect(changeConditionKey(keyed, "")).not.toHaveProperty("key");
  });
});
