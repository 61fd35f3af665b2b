import { expect, test } from "vitest";
import { type AppError } from "@/server/errors";
import { checkCallInput } from "./check-call-input";

const problemOf = (input: unknown): AppError | null => {
  try {
    checkCallInput(input);
    return null;
  } catch (error) {
    return error as AppError;
  }
};

test("the inputs of forms pass, with emoji and large lists", () => {
  expect(problemOf(undefined)).toBeNull();
  expect(
    problemOf({ name: "Ж 🙂 \n\t", at: new Date(), list: Array.from({ length: 50_000 }, String), nothing: null }),
  ).toBeNull();
});

test.each([
  ["filter.children.0.value", { filter: { children: [{ value: "a\0b" }] } }],
  ["name", { name: "\ud800" }],
  ["name", { name: "\udc00\ud800" }],
  ["headers.1", { headers: ["fine", "half \ud83d"] }],
  ["configuration", { configuration: { "a\0b": 1 } }],
])("a text that the database cannot hold is refused at %s", (field, input) => {
  expect(problemOf(input)).toMatchObject({
    code: "BAD_REQUEST",
    fields: { [field]: expect.stringContaining("cannot be stored") },
  });
});

test.each([new Date("0000-12-31T23:59:59Z"), new Date(-8.64e15), new Date(8.64e15), new Date(Number.NaN)])(
  "a time that the database cannot hold is refused at its place: %s",
  (from) => {
    expect(problemOf({ range: { from } })).toMatchObject({
      code: "BAD_REQUEST",
      fields: { "range.from": expect.stringContaining("years 1 to 9999") },
    });
  },
);

test("an input that refers to one object a billion times, or to itself, is refused at once", () => {
  let shared: unknown = { type: "group" };
  for (let level = 0; level < 40; level++) shared = { children: [shared, shared] };
  const round: Record<string, unknown> = {};
  round.self = round;
  for (const input of [shared, round])
    expect(problemOf(input)).toMatchObject({ code: "BAD_REQUEST", message: "The input holds too many values." });
});
