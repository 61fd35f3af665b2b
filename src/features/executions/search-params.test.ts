import { expect, test } from "vitest";
import { makeUrlReader } from "@/lib/url-params";
import {
  listActiveFilters,
  executionParams,
  convertSearchToParamChanges,
  hasFilterBesidesStatus,
  serializeExecutionParams,
  toExecutionFilters,
  toExecutionListInput,
} from "./search-params";

const load = makeUrlReader(executionParams);

test.each(["FAILED", "failed", "ERROR", "error"])("status=%s in the URL means failed", (status) =>
  expect(load(`?status=${status},SKIPPED`).status).toEqual(
    ["FAILED", "SKIPPED"].map((each) => (each === "FAILED" ? expect.stringMatching(/FAILED|ERROR/) : each)),
  ),
);

test("every filter of the URL reaches the API under its name", () => {
  const params = load(
    "?q=403&code=5xx,404&error=timeout&attempts=%3E2&trigger=trg_1&action=Jira" +
      "&source=obs&env=prod&name=chat&trace=t&range=2h",
  );
  expect(toExecutionFilters(params)).toEqual({
    search: "403",
    code: ["5xx", "404"],
    error: ["timeout"],
    attempts: ">2",
    triggerId: "trg_1",
    actionName: "Jira",
    sourceId: "obs",
    environment: "prod",
    observationName: "chat",
    traceId: "t",
    since: "2h",
  });
  expect(listActiveFilters(params)).toHaveLength(10);
  expect(load(serializeExecutionParams("", params))).toEqual(params);
});

test("a fixed interval wins over a range that ends now", () => {
  const params = load("?range=24h&from=2026-11-22T10:00:00.000Z");
  expect(toExecutionFilters(params)).toEqual({ from: new Date("2026-11-22T10:00:00.000Z") });
});

test("without parameters nothing narrows the list, and values that nothing can have are left out", () => {
  expect(toExecutionListInput("prj_1", load(""))).toEqual({ projectId: "prj_1" });
  expect(hasFilterBesidesStatus(load("?code=999&attempts=many&range=ever&status=lost"))).toBe(false);
});

test("a typed search replaces the text and keeps what it does not name", () => {
  expect(convertSearchToParamChanges({ code: ["500"], since: "2h" })).toEqual({
    q: "",
    code: ["500"],
    range: "2h",
    from: null,
    to: null,
  });
});
