import { expect, it } from "vitest";
import { canonicaliseRequestTarget, isOtlpOrLangfusePath, readOtlpPath } from "./ingestion-paths";

it.each([
  ["//api/public/otel/v1/traces", "/api/public/otel/v1/traces"],
  ["/api/public/otel/v1/traces/", "/api/public/otel/v1/traces"],
  ["/api//public//otel/v1/traces///?a=//b", "/api/public/otel/v1/traces?a=//b"],
  ["/v1/traces", "/api/public/otel/v1/traces"],
  ["/v1/logs/", "/api/public/otel/v1/logs"],
  ["/v1/other", "/api/v1/other"],
  ["/v1", "/api/v1"],
  ["/api/health/", "/api/health"],
  ["/projects//x/", "/projects//x/"],
  ["/", "/"],
  ["/apiary/", "/apiary/"],
])("Next sees %s as %s", (target, seen) => expect(canonicaliseRequestTarget(target)).toBe(seen));

it.each([
  ["/v1/traces", "traces", null],
  ["/api/public/otel", "traces", null],
  ["/api/public/otel/v1/traces", "traces", null],
  ["/api/public/otel/v1/traces/v1/traces", "traces", null],
  ["/api/public/otel/v1/traces/v1/metrics", "metrics", null],
  ["/api/public/otel/tsk_abc/v1/traces", "traces", "tsk_abc"],
  ["/v1/logs", "logs", null],
])("85: %s means %s", (path, signal, key) => expect(readOtlpPath(path)).toEqual({ signal, key }));

it.each([
  "/",
  "",
  "/v1",
  "/api/public",
  "/api/public/otel/v1",
  "/api/public/otel/v2/traces",
  "/tsk_abc",
  "/v1/tracesx",
])("%j is no path of OTLP", (path) => expect(readOtlpPath(path)).toBeNull());

it("clients of all signals are told to wait while the program restarts", () => {
  for (const path of ["//v1/traces", "/api/public/ingestion?x=1", "/v1/logs"])
    expect(isOtlpOrLangfusePath(path)).toBe(true);
  expect(isOtlpOrLangfusePath("/api/publicity")).toBe(false);
});
