import { expect, test } from "vitest";
import { observationParams, serializeObservationParams, toFilters } from "./search-params";

test("nothing chosen filters nothing, and leaves the URL clean", () => {
  const none = { q: "", level: [], type: "", source: "" };
  expect(toFilters(none)).toEqual({});
  expect(serializeObservationParams("/observations", none)).toBe("/observations");
});

test("what is chosen is asked for", () => {
  expect(toFilters({ q: "chat", level: ["ERROR"], type: "SPAN", source: "score.created" })).toEqual({
    search: "chat",
    level: ["ERROR"],
    type: ["SPAN"],
    eventSource: "score.created",
  });
});

test("unknown levels of a URL are left out", () => {
  expect(observationParams.level.parse("ERROR,LOUD")).toEqual(["ERROR"]);
});

test("the event source of what is open is in the URL where it is not the usual one", () => {
  expect(serializeObservationParams("/observations/a", { of: "observation.created" })).toBe("/observations/a");
  expect(serializeObservationParams("/observations/a", { of: "score.created" })).toBe(
    "/observations/a?of=score.created",
  );
});
