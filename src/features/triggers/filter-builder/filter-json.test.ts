import { expect, it } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import { filterFromJson, filterToJson } from "./filter-json";

const filter: Filter = { type: "group", match: "any", children: [{ type: "condition", column: "latency", operator: ">", value: 5 }] };

it("reads back what it wrote", () => {
  expect(filterFromJson(filterToJson(filter))).toEqual({ filter, problems: null });
});

it("says what is no JSON", () => {
  expect(filterFromJson("{").problems?.[0]).toMatch(/^This is not JSON: /);
});

it("names the place of what is wrong in the tree", () => {
  const text = JSON.stringify({ ...filter, children: [{ type: "condition", column: "latency", operator: "near" }] });
  expect(filterFromJson(text).problems?.[0]).toMatch(/^children\[0\]\.operator: /);
});

it("names at most five problems", () => {
  const children = Array.from({ length: 9 }, () => ({ type: "condition", column: "", operator: "=" }));
  const { problems } = filterFromJson(JSON.stringify({ ...filter, children }));
  expect(problems).toHaveLength(6);
  expect(problems?.at(-1)).toBe("… and 4 more");
});
