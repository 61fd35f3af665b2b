import { expect, test, vi } from "vitest";
import { getEventNounForms } from "./event-noun";
import { observationCreatedSource } from "./observation-created/index";
import { getEventSource, listEventSources, registerEventSource } from "./registry";

test("the registry has the source observation.created", () => {
  expect(getEventSource("observation.created")).toBe(observationCreatedSource);
  expect(listEventSources()).toContain(observationCreatedSource);
});

test("an unknown name has no source", () => {
  expect(getEventSource("action/execution.requested")).toBeNull();
  expect(getEventSource("constructor")).toBeNull();
});

test("a source can be added and removed again", () => {
  const other = { ...observationCreatedSource, name: "score.created" };
  const undo = registerEventSource(other);
  expect(getEventSource("score.created")).toBe(other);
  expect(listEventSources()).toEqual([observationCreatedSource, other]);
  undo();
  undo();
  expect(listEventSources()).toEqual([observationCreatedSource]);
});

test("a second source of the same name, and a second column of the same id, are refused", () => {
  expect(() => registerEventSource({ ...observationCreatedSource })).toThrow("registered already");
  const [column] = observationCreatedSource.columns;
  if (!column) throw new Error("no columns");
  const twice = { ...observationCreatedSource, name: "score.created", columns: [column, column] };
  expect(() => registerEventSource(twice)).toThrow("two columns called id");
  expect(getEventSource("score.created")).toBeNull();
});

test("pages name the things of a source by its noun, and those of several sources by the noun they share", () => {
  expect(getEventNounForms()).toMatchObject({ one: "observation", some: "an observation", headings: "Observations" });
  const undo = registerEventSource({
    ...observationCreatedSource,
    name: "score.created",
    noun: { one: "score", many: "scores" },
  });
  expect(getEventNounForms()).toMatchObject({ one: "event", some: "an event" });
  expect(getEventNounForms("score.created")).toMatchObject({ one: "score", some: "a score", heading: "Score" });
  undo();
  expect(getEventNounForms("score.created")).toMatchObject({ one: "event" });
});

test("pages that load no source know the nouns of all sources", async () => {
  vi.resetModules();
  const { nounsByEventSource } = await import("./event-nouns");
  expect([...nounsByEventSource]).toEqual(listEventSources().map(({ name, noun }) => [name, noun]));
});
