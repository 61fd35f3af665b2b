import { expect, test } from "vitest";
import { compileFilter } from "../filter/compile-filter";
import { makeFilterForSimilarEvents } from "./filter-for-similar-events";
import { defaultEventSource as source } from "./registry";

const payloadOf = (observation: object): unknown => source.payload.parse({ observation: { id: "a", ...observation } });

test("the filter made from an observation matches it, and no observation of another kind", () => {
  const failed = payloadOf({ type: "GENERATION", name: "chat", level: "ERROR", environment: "production" });
  const filter = makeFilterForSimilarEvents(source, failed);
  expect(filter.children).toHaveLength(4);
  expect(compileFilter(source, filter).evaluate(failed).matched).toBe(true);
  for (const other of [{ name: "summary" }, { level: "DEFAULT" }, { environment: "staging" }, { type: "SPAN" }]) {
    const payload = payloadOf({
      type: "GENERATION",
      name: "chat",
      level: "ERROR",
      environment: "production",
      ...other,
    });
    expect(compileFilter(source, filter).evaluate(payload).matched).toBe(false);
  }
});

test("a column without a value gets no condition", () => {
  const filter = makeFilterForSimilarEvents(source, payloadOf({}));
  expect(filter.children.map((child) => child.type === "condition" && child.column)).toEqual(["level", "environment"]);
});
