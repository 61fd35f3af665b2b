import { expect, test } from "vitest";
import { observationParams, serializeObservationParams, toFilters } from "./search-params";

test("nothing chosen filters nothing, and leaves the URL clean", () => {
  const none = { q: "", level: [], type: "" };
  expect(toFilters(none)).toEqual({});
  expect(serializeObservationParams("/observations", none)).toBe("/observations");
});

test("what is chosen is asked for", () => {
  expect(toFilters({ q: "chat", level: ["ERROR"], type: "SPAN" })).toEqual({ search: "chat", level: ["ERROR"], type: ["SPAN"] });
});

test("unknown levels of a URL are left out", () => {
  expect(observationParams.level.parse("ERROR,LOUD")).toEqual(["ERROR"]);
});
