import { expect, test } from "vitest";
import { makeUrlReader } from "@/lib/url-params";
import {
  listFiltersSetByLink,
  observationParams,
  serializeObservationParams,
  toObservationFilters,
} from "./search-params";

const load = makeUrlReader(observationParams);

test("without filters the API gets none, and the URL has no parameters", () => {
  const none = load("");
  expect(toObservationFilters(none)).toEqual({});
  expect(serializeObservationParams("/observations", none)).toBe("/observations");
});

test("every chosen filter reaches the API", () => {
  const params = load(
    "?q=chat&level=ERROR&type=SPAN&env=prod&model=gpt-4o&trace=t&session=s&user=u&source=score.created&range=2h",
  );
  expect(toObservationFilters(params)).toEqual({
    search: "chat",
    level: ["ERROR"],
    type: ["SPAN"],
    environment: ["prod"],
    model: ["gpt-4o"],
    traceId: "t",
    sessionId: "s",
    userId: "u",
    eventSource: "score.created",
    since: "2h",
  });
  expect(listFiltersSetByLink(params).map(({ key }) => key)).toEqual(["trace", "session", "user"]);
  expect(load(serializeObservationParams("", params))).toEqual(params);
});

test("unknown levels of a URL are left out", () => {
  expect(observationParams.level.parse("ERROR,LOUD")).toEqual(["ERROR"]);
});

test("the URL names the event source of the open panel if it is not the default one", () => {
  expect(serializeObservationParams("/observations/a", { of: "observation.created" })).toBe("/observations/a");
  expect(serializeObservationParams("/observations/a", { of: "score.created" })).toBe(
    "/observations/a?of=score.created",
  );
});
