import { expect, test } from "vitest";
import { observationCreated } from "./observation-created/index";
import { getEventSource, listEventSources, registerEventSource } from "./registry";

test("the registry has the source observation.created", () => {
  expect(getEventSource("observation.created")).toBe(observationCreated);
  expect(listEventSources()).toContain(observationCreated);
});

test("an unknown name has no source", () => {
  expect(getEventSource("action/execution.requested")).toBeNull();
  expect(getEventSource("constructor")).toBeNull();
});

test("a source can be added and removed again", () => {
  const other = { ...observationCreated, name: "score.created" };
  const undo = registerEventSource(other);
  expect(getEventSource("score.created")).toBe(other);
  expect(listEventSources()).toEqual([observationCreated, other]);
  undo();
  undo();
  expect(listEventSources()).toEqual([observationCreated]);
});

test("a second source of the same name, and a second column of the same id, are refused", () => {
  expect(() => registerEventSource({ ...observationCreated })).toThrow("registered already");
  const [column] = observationCreated.columns;
  if (!column) throw new Error("no columns");
  const twice = { ...observationCreated, name: "score.created", columns: [column, column] };
  expect(() => registerEventSource(twice)).toThrow("two columns called id");
  expect(getEventSource("score.created")).toBeNull();
});
