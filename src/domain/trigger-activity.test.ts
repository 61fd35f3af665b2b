import { expect, it } from "vitest";
import { compareHourlyMatches } from "./trigger-activity";

it.each<[string, number, number[], string]>([
  ["no match where 40 an hour are usual", 0, [40, 41, 39, 40, 40, 40, 40], "silent"],
  ["no match where few are usual", 0, [1, 0, 2, 0, 1, 3, 0], "usual"],
  ["a few matches where 40 an hour are usual", 3, [40, 40, 40], "usual"],
  ["five times the usual matches", 200, [40, 40, 40], "busy"],
  ["many matches after days without any", 20, [0, 0, 0], "busy"],
  ["few matches after days without any", 19, [0, 0, 0], "usual"],
  ["anything in the first days of a trigger", 0, [400, 400], "usual"],
])("%s", (_name, matched, before, kind) => {
  expect(compareHourlyMatches(matched, before).kind).toBe(kind);
});
