import { expect, test } from "vitest";
import { getActionType, listActionTypes, registerActionType } from "./registry";

test("the registry has the type webhook", () => {
  expect(listActionTypes().map(({ name }) => name)).toEqual(["webhook"]);
  expect(getActionType("webhook")).toBe(listActionTypes()[0]);
});

test("an unknown name has no type", () => {
  expect(getActionType("email")).toBeNull();
  expect(getActionType("constructor")).toBeNull();
});

test("a type can be added once and removed again", () => {
  const webhook = getActionType("webhook")!;
  const other = { ...webhook, name: "queue" };
  const undo = registerActionType(other);
  expect(getActionType("queue")).toBe(other);
  expect(() => registerActionType({ ...other })).toThrow("registered already");
  undo();
  const undoNewer = registerActionType({ ...other });
  undo();
  expect(getActionType("queue")).not.toBeNull();
  undoNewer();
  expect(listActionTypes()).toEqual([webhook]);
});
