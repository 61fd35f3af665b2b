import { expect, test } from "vitest";
import { Filter } from "./schema";
import { all, any, condition, none } from "./testing";

const filter = all(
  condition("level", "any of", ["ERROR"]),
  any(condition("latency", ">", 5), none(condition(["metadata", "tier"], "=", "gold"))),
  condition("endTime", "is null"),
);

test("a filter parses to itself", () => {
  expect(Filter.parse(JSON.parse(JSON.stringify(filter)))).toEqual(filter);
});

test.each([
  ["nothing", null],
  ["a bare condition", condition("level", "is null")],
  ["an unknown kind of node", { type: "group", match: "all", children: [{ type: "other" }] }],
  ["an unknown match", { type: "group", match: "some", children: [] }],
  ["no children", { type: "group", match: "all" }],
  ["an unknown field", { type: "group", match: "all", children: [], not: true }],
  ["an unknown operator", all({ ...condition("level", "="), operator: "like" as "=" })],
  ["a value that is an object", all({ ...condition("level", "="), value: {} as unknown as string })],
  ["a value that is not finite", all(condition("latency", ">", Number.POSITIVE_INFINITY))],
  ["a text that is too long", all(condition("name", "=", "a".repeat(4_097)))],
  ["a list that is too long", all(condition("name", "any of", Array.from({ length: 501 }, String)))],
])("%s is no filter", (_name, value) => {
  expect(Filter.safeParse(value).success).toBe(false);
});

test("an error names the place in the tree", () => {
  const bad = all(any({ ...condition("level", "="), operator: "like" as "=" }));
  expect(Filter.safeParse(bad).error?.issues[0]?.path).toEqual(["children", 0, "children", 0, "operator"]);
});

test("a filter that is nested very deeply is refused before it is walked", () => {
  let deep: Filter = all();
  for (let level = 0; level < 100_000; level++) deep = all(deep);
  expect(Filter.safeParse(deep).error?.issues[0]?.message).toBe("The filter is nested too deeply.");
});
